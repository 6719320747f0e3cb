"""PF030: an await that cannot be taken out of its statement without changing what is evaluated, or when.

total = price(cart) + await fee(cart)      ->      base = price(cart)
                                                   total = base + await fee(cart)
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.tree import children, walk
from portable_faas.errors import Diagnostic

_REMEDY: Final = "assign it to a name first"
_IF: Final = "write an `if` statement"
_EXCEPT: Final = "an `except` line"
_LOOP: Final = "write `while True:` and leave the loop with `break` in an `if`"
_HARMLESS_CALLS: Final = ("len", "str", "repr", "bool", "isinstance")
_CHILDREN: Final = (
    ast.JoinedStr,
    ast.FormattedValue,
    ast.List,
    ast.Tuple,
    ast.Dict,
    ast.Set,
    ast.BinOp,
    ast.UnaryOp,
    ast.Attribute,
    ast.Starred,
    ast.Slice,
)
_COMPREHENSIONS: Final = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every await that stands after something that must be evaluated before it, or where it may not be evaluated."""
    if facts.role == SYNC:
        return
    for node in facts.nodes:
        if isinstance(node, ast.stmt):
            walk = _Walk(facts, _LOOP if isinstance(node, ast.While) else "")
            for whole in _evaluated(node):
                walk.whole(whole)
            for late, why in _conditional(node):
                walk.forbid(late, why, _REMEDY if why == _EXCEPT else _IF)
            yield from walk.found


def _evaluated(node: ast.stmt) -> list[ast.expr]:
    """The expressions of a statement in the order in which Python evaluates them."""
    match node:
        case ast.Assign():
            return [node.value, *node.targets]
        case ast.AnnAssign():
            return [each for each in (node.value, node.target) if each is not None]
        case ast.AugAssign():
            return [node.target, node.value]
        case ast.For() | ast.AsyncFor():
            return [node.iter]
        case ast.With() | ast.AsyncWith():
            return [item.context_expr for item in node.items]
        case ast.Assert() | ast.If() | ast.While():
            return [node.test]
        case ast.Match():
            return [node.subject]
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return [*node.decorator_list, *node.args.defaults, *[each for each in node.args.kw_defaults if each]]
        case _:
            return [child for child in children(node) if isinstance(child, ast.expr)]


def _conditional(node: ast.stmt) -> list[tuple[ast.expr, str]]:
    """The expressions of a statement that are evaluated only sometimes."""
    match node:
        case ast.Assert(msg=ast.expr() as message):
            return [(message, "the message of an `assert`")]
        case ast.Match():
            return [(case.guard, "the guard of a `case`") for case in node.cases if case.guard]
        case ast.Try() | ast.TryStar():
            return [(handler.type, _EXCEPT) for handler in node.handlers if handler.type]
        case _:
            return []


class _Walk:
    """Follows one statement; ``before`` is the first thing evaluated so far that an await may not overtake."""

    def __init__(self, facts: Facts, loop: str) -> None:
        self.facts = facts
        self.loop = loop  # the remedy in a test that is evaluated again and again
        self.before: ast.expr | None = None
        self.found: list[Diagnostic] = []

    def whole(self, node: ast.expr) -> None:
        """An expression that is a whole value of the statement: a conditional may await in its branches."""
        if not isinstance(node, ast.IfExp):
            self.visit(node)
            return
        self.visit(node.test)
        before = self.before
        self.whole(node.body)
        after, self.before = self.before, before
        self.whole(node.orelse)
        self.before = self.before or after

    def visit(self, node: ast.expr) -> None:
        match node:
            case ast.Await():
                self.awaited(node)
            case ast.Constant() | ast.Name():
                pass
            case ast.IfExp():
                self.visit(node.test)
                self.sometimes(node.body, "a branch of a conditional expression inside an expression")
                self.sometimes(node.orelse, "a branch of a conditional expression inside an expression")
            case ast.BoolOp(values=[first, *rest]):
                self.visit(first)
                for each in rest:
                    self.sometimes(each, "the right side of `and` or `or`")
            case ast.Compare(left=left, comparators=[first, *rest]):
                self.visit(left)
                self.visit(first)
                for each in rest:
                    self.sometimes(each, "a chain of comparisons")
            case ast.Lambda():
                self.forbid(node.body, "a lambda")
            case ast.Call():
                self.called(node)
            case _:
                self.compound(node)

    def compound(self, node: ast.expr) -> None:
        if isinstance(node, _COMPREHENSIONS):
            self.comprehension(node)
            return
        self.children(node)
        if not isinstance(node, _CHILDREN):  # a subscript, a walrus, a yield ...
            self.before = self.before or node

    def children(self, node: ast.AST) -> None:
        for child in children(node):
            if isinstance(child, ast.expr):
                self.visit(child)
            elif isinstance(child, ast.keyword):
                self.visit(child.value)

    def awaited(self, node: ast.Await) -> None:
        """What the operand evaluates moves with the await, so it does not count afterwards."""
        if self.before is not None:
            first = self.facts.quote(self.before)
            problem = f"`{first}` is evaluated before `{self.facts.quote(node)}` in this statement"
            self.found.append(
                self.facts.report(node, "PF030", problem, self.loop or f"assign `{first}` to a name first")
            )
        before = self.before
        self.visit(node.value)
        self.before = before

    def called(self, node: ast.Call) -> None:
        self.children(node)
        harmless = isinstance(node.func, ast.Name) and self.facts.dotted(node.func) in _HARMLESS_CALLS
        if not harmless and self.facts.kind(node).tag != "call":  # a durable call only describes what to do
            self.before = self.before or node

    def comprehension(self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp) -> None:
        first = node.generators[0]
        self.visit(first.iter)
        for number, generator in enumerate(node.generators):
            if number:
                self.forbid(generator.iter, "a comprehension")
            for test in generator.ifs:
                self.forbid(test, "a comprehension")
        for part in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            self.forbid(part, "a comprehension")
        self.before = self.before or node

    def sometimes(self, node: ast.expr, where: str) -> None:
        """Something that Python may not evaluate; without an await it is as harmless as its parts."""
        if any(isinstance(each, ast.Await) for each in walk(node)):
            self.forbid(node, where, self.loop or _IF)
        else:
            self.visit(node)

    def forbid(self, node: ast.expr, where: str, remedy: str = _REMEDY) -> None:
        for each in walk(node):
            if isinstance(each, ast.Await):
                problem = f"`{self.facts.quote(each)}` stands in {where}, where it may run not at all or many times"
                if where == "a comprehension":
                    remedy = "write a `for` loop, or `ctx.gather` over the calls"
                self.found.append(self.facts.report(each, "PF030", problem, remedy))
