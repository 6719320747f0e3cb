"""Takes the awaits out of a statement, in the order Python carries them out.

total += price(await fetch(key))      ->      t1 = await fetch(key);  total += price(t1)
"""

import ast
from collections.abc import Callable
from typing import Any, Final, final

from portable_faas.compiler.source import own_nodes
from portable_faas.compiler.tree import children, copied

_NESTED: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def awaits(node: ast.AST) -> bool:
    """Whether ``node`` awaits when it runs, functions that it only defines left out."""
    work = [node]
    for each in work:
        if isinstance(each, ast.Await | ast.AsyncWith):
            return True
        if not isinstance(each, _NESTED):
            work += children(each)
    return False


def leaves(node: ast.stmt) -> bool:
    """Whether ``node`` may jump out of itself: a ``return``, or a ``break`` or ``continue`` of a loop around it."""
    if isinstance(node, ast.Return | ast.Break | ast.Continue):
        return True
    if any(isinstance(each, ast.Return) for each in own_nodes(node)) and not isinstance(node, _NESTED):
        return True
    return _jumps(node)


def _jumps(node: ast.AST) -> bool:
    if isinstance(node, ast.Break | ast.Continue):
        return True
    if isinstance(node, _NESTED):
        return False
    if isinstance(node, ast.For | ast.While | ast.AsyncFor):
        return any(_jumps(each) for each in node.orelse)
    return any(_jumps(each) for each in children(node) if not isinstance(each, ast.expr))


def hoisted(node: ast.AST, take: Callable[[ast.expr], str], early: Callable[[ast.Name], None]) -> Any:
    """``node`` with each await replaced by a variable; ``take`` gets every operand in order and names the variable.

    ``early`` gets every name that Python reads before an await, at that await.
    """
    return _Hoist(take, early).visit(copied(node)) if awaits(node) else node


@final
class _Hoist(ast.NodeTransformer):
    def __init__(self, take: Callable[[ast.expr], str], early: Callable[[ast.Name], None]) -> None:
        self.take = take
        self.early = early
        self.read: list[ast.Name] = []

    def visit_Name(self, node: ast.Name) -> ast.Name:
        if isinstance(node.ctx, ast.Load):
            self.read.append(node)
        return node

    def visit_Await(self, node: ast.Await) -> ast.expr:
        before, self.read = self.read, []
        for name in before:
            self.early(name)
        operand = self.visit(node.value)
        self.read = []  # with the operand, before what follows
        return ast.copy_location(ast.Name(self.take(operand), ast.Load()), node)

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        node.value = self.visit(node.value)  # Python evaluates the value before the targets
        node.targets = [self.visit(each) for each in node.targets]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        node.value = self.visit(node.value) if node.value else None
        node.target = self.visit(node.target)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AugAssign:
        if isinstance(node.target, ast.Name):
            self.read.append(ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target))
        else:
            node.target = self.visit(node.target)
        node.value = self.visit(node.value)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> ast.IfExp:
        node.test = self.visit(node.test)
        node.body, node.orelse = self.perhaps(node.body), self.perhaps(node.orelse)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.BoolOp:
        first, *rest = node.values
        node.values = [self.visit(first), *(self.perhaps(each) for each in rest)]
        return node

    def perhaps(self, node: Any) -> Any:
        """What may not be evaluated; nothing in it is surely read."""
        before = list(self.read)
        found = self.visit(node)
        self.read = before
        return found

    def visit_Dict(self, node: ast.Dict) -> ast.Dict:
        for index, key in enumerate(node.keys):  # key, value, key, value
            node.keys[index] = self.visit(key) if key else None
            node.values[index] = self.visit(node.values[index])
        return node

    def comprehension(self, node: Any) -> Any:
        """Its first iterable is evaluated before anything else of it, and awaits stand nowhere else in it."""
        first = node.generators[0]
        first.iter = self.visit(first.iter)
        return node

    def _leave(self, node: Any) -> Any:
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = _leave
    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = comprehension
