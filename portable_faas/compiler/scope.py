"""Which names a function or module binds itself, by Python's scoping rules.

def f(a):            bindings: a (parameter), b (assigned), g (def);  globals: total
    global total
    b = 1
    def g(): ...
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, final
from weakref import WeakKeyDictionary

from portable_faas.compiler.source import Def, own_nodes
from portable_faas.compiler.tree import walk

Body = Def | ast.Lambda | ast.Module | ast.ClassDef


@final
@dataclass(eq=False, slots=True)
class Scope:
    """``bindings`` maps a name to the nodes that bind it, in the order of the text.

    ``inner`` holds the ``ast.Name`` nodes that mean a variable of a comprehension or a parameter of a lambda.
    """

    bindings: dict[str, list[ast.AST]] = field(default_factory=dict)
    globals: dict[str, ast.AST] = field(default_factory=dict)
    nonlocals: dict[str, ast.AST] = field(default_factory=dict)
    nested: list[Def] = field(default_factory=list)
    inner: set[ast.AST] = field(default_factory=set)
    awaits: bool = False

    def bind(self, name: str, node: ast.AST) -> None:
        """Record that ``node`` binds ``name`` here."""
        self.bindings.setdefault(name, []).append(node)


def scope_of(body: Body) -> Scope:
    """What ``body`` binds, collected once while the tree lives."""
    found = _known.get(body)
    if found is None:
        found = _known[body] = _collected(body)
    return found


_known: Final[WeakKeyDictionary[Body, Scope]] = WeakKeyDictionary()


def _collected(body: Body) -> Scope:
    scope = Scope()
    if not isinstance(body, (ast.Module, ast.ClassDef)):
        for argument in arguments(body.args):
            scope.bind(argument.arg, argument)
    nodes = list(own_nodes(body))
    for node in nodes:
        if node.__class__ in _WITH_OWN:
            scope.inner.update(_inner_names(node))  # type: ignore[arg-type]
    for node in nodes:
        if node.__class__ in _BINDING and node not in scope.inner:
            _collect(scope, node)
    scope.nested = [node for node in nodes if isinstance(node, Def)]
    scope.awaits = any(node.__class__ in _AWAITING for node in nodes)
    for name in [*scope.globals, *scope.nonlocals]:
        scope.bindings.pop(name, None)
    return scope


_AWAITING: Final = frozenset((ast.Await, ast.AsyncFor, ast.AsyncWith))
_WITH_OWN: Final = frozenset((ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda))
_BINDING: Final = frozenset(
    (
        *(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal),
        *(ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.Name, ast.ExceptHandler),
        *(ast.MatchAs, ast.MatchStar, ast.MatchMapping),
    )
)


def arguments(args: ast.arguments) -> Iterator[ast.arg]:
    """Every parameter, in order, with ``*args`` and ``**kwargs``."""
    yield from args.posonlyargs
    yield from args.args
    if args.vararg:
        yield args.vararg
    yield from args.kwonlyargs
    if args.kwarg:
        yield args.kwarg


def _inner_names(node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Lambda) -> Iterator[ast.AST]:
    """The names below ``node`` that mean what it binds; its first iterable is evaluated outside."""
    if isinstance(node, ast.Lambda):
        bound = {argument.arg for argument in arguments(node.args)}
        outside: set[ast.AST] = set()
    else:
        bound = {
            name.id for generator in node.generators for name in walk(generator.target) if isinstance(name, ast.Name)
        }
        outside = set(walk(node.generators[0].iter))
    for name in walk(node):
        if isinstance(name, ast.Name) and name.id in bound and name not in outside:
            yield name


def _collect(scope: Scope, node: ast.AST) -> None:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            scope.bind(node.name, node)
        case ast.Import() | ast.ImportFrom():
            _collect_import(scope, node)
        case ast.Assign() | ast.AnnAssign() | ast.NamedExpr():
            _collect_assigned(scope, node)
        case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
            if not any(_is_plain_target(each, node) for each in scope.bindings.get(name, ())):
                scope.bind(name, node)
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            scope.bind(name, node)
        case ast.MatchMapping(rest=str(name)):
            scope.bind(name, node)
        case ast.Global() | ast.Nonlocal():
            outer = scope.globals if isinstance(node, ast.Global) else scope.nonlocals
            outer.update(dict.fromkeys(node.names, node))
        case _:
            pass


def _collect_import(scope: Scope, node: ast.Import | ast.ImportFrom) -> None:
    for alias in node.names:
        scope.bind(alias.asname or alias.name.partition(".")[0], node)


def _collect_assigned(scope: Scope, node: ast.Assign | ast.AnnAssign | ast.NamedExpr) -> None:
    """A plain ``x = value`` binds to its statement, so that the value can be looked at later."""
    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
        if isinstance(target, ast.Name):
            scope.bind(target.id, node)


def _is_plain_target(binder: ast.AST, name: ast.Name) -> bool:
    match binder:
        case ast.Assign(targets=targets):
            return any(target is name for target in targets)
        case ast.AnnAssign(target=target) | ast.NamedExpr(target=target):
            return target is name
        case _:
            return False
