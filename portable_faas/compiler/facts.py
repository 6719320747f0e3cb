"""Everything the rules may ask about one function, computed when it is first asked for."""

import ast
from collections.abc import Iterator
from functools import cached_property
from typing import Final, final

from portable_faas.compiler.build import flow_of
from portable_faas.compiler.flow import Flow
from portable_faas.compiler.kinds import Kind
from portable_faas.compiler.names import Function, Helper, Klass, Program
from portable_faas.compiler.source import own_nodes, parts
from portable_faas.compiler.types import Types
from portable_faas.errors import Diagnostic

ORCHESTRATOR: Final = "orchestrator"
HELPER: Final = "helper"  # an async def of the program that an orchestrator awaits
SYNC: Final = "sync"  # a plain def that one of these calls
ACTIVITY: Final = "activity"
OPERATION: Final = "operation"  # a method of an entity, and what it calls

Path = tuple[str, ...]


@final
class Facts:
    """The facts of ``function`` in its ``role``."""

    def __init__(self, program: Program, function: Function, role: str) -> None:
        self.program = program
        self.function = function
        self.role = role

    @cached_property
    def flow(self) -> Flow:
        """The control flow."""
        return flow_of(self.function)

    @cached_property
    def types(self) -> Types:
        """The kinds of the expressions."""
        return Types(self.program, self.function, self.flow)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Every node of the body, lambdas included, nested functions not."""
        return list(own_nodes(self.function.node))

    @cached_property
    def _parents(self) -> dict[int, ast.AST]:
        found: dict[int, ast.AST] = {}
        for node in [self.function.node, *self.nodes]:
            if node is self.function.node or not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                for child in parts(node):
                    found[id(child)] = node
        return found

    def parent(self, node: ast.AST) -> ast.AST:
        """The node around ``node``."""
        return self._parents.get(id(node), self.function.node)

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes around ``node``, from the inside out, up to the function."""
        while node is not self.function.node:
            node = self.parent(node)
            yield node

    @cached_property
    def helpers(self) -> list[tuple[ast.AST, Function]]:
        """Every place that mentions a function of the program, with that function."""
        found: list[tuple[ast.AST, Function]] = []
        for node in self.nodes:
            if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
                found += [(node, each) for each in self._named(node)]
            elif isinstance(node, ast.Call):
                found += [(node, each) for each in self._constructing(node)]
        return found

    def _named(self, node: ast.Name | ast.Attribute) -> list[Function]:
        """The helper or method, a property too, that ``node`` names."""
        meaning = self.program.meaning(self.function, node)
        if isinstance(meaning, Helper):
            return [meaning.function]
        of = self.kind(node.value).klass if isinstance(node, ast.Attribute) else None
        if of is not None and of.entity and isinstance(node, ast.Attribute) and self.kind(node.value).tag == "class":
            return []  # `Counter.add` names an operation, which runs elsewhere
        method = self.program.method(of, node.attr) if of is not None and isinstance(node, ast.Attribute) else None
        return [method] if method else []

    def _constructing(self, node: ast.Call) -> list[Function]:
        """What making an object of a class of the program runs."""
        meaning = self.program.meaning(self.function, node.func)
        if not isinstance(meaning, Klass):
            return []
        made = [self.program.method(meaning, name) for name in ("__init__", "__new__", "__post_init__")]
        return [each for each in (*made, self.program.factories(meaning)) if each is not None]

    def methods(self, node: ast.Call) -> list[Function]:
        """The method of an object of the program that a call runs."""
        if isinstance(node.func, ast.Attribute):
            receiver = self.kind(node.func.value)
            if receiver.klass is not None and receiver.tag in ("record", "enum", "exception"):
                method = self.program.method(receiver.klass, node.func.attr)
                return [method] if method else []
        return []

    def kind(self, node: ast.expr | None) -> Kind:
        """The kind of an expression."""
        return self.types.of(node)

    def dotted(self, node: ast.expr) -> str:
        """The dotted name of something imported or built in (without ``builtins.``), else the empty text."""
        return self.program.dotted(self.function, node)

    def quote(self, node: ast.AST) -> str:
        """The user's own words."""
        return self.function.module.quote(node)

    def report(self, node: ast.AST, code: str, problem: str, remedy: str) -> Diagnostic:
        """A problem at ``node``."""
        return self.function.module.diagnostic(node, code, problem, remedy)


def path_of(node: ast.expr) -> tuple[ast.Name, Path] | None:
    """``order.lines[0].price`` as its root name and keys ``("lines", "*", "price")``; None for anything else."""
    keys: list[str] = []
    while not isinstance(node, ast.Name):
        match node:
            case ast.Attribute(value=inner, attr=attr):
                keys.append(attr)
            case ast.Subscript(value=inner, slice=ast.Constant(value=str(key))):
                keys.append(key)
            case ast.Subscript(value=inner, slice=ast.Slice()):
                return None
            case ast.Subscript(value=inner):
                keys.append("*")
            case _:
                return None
        node = inner
    return node, tuple(reversed(keys))
