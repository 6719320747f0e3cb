"""PF044, PF045, PF046: a class that is no entity, an operation that an entity has not, a lock that is not a block.

await counter.call("add", 5)      ->      await counter.call(Counter.add, 5)
"""

import ast
from collections.abc import Iterator
from typing import Final

from portable_faas.compiler.facts import Facts
from portable_faas.compiler.names import External, Function, Helper, Klass
from portable_faas.compiler.operations import ENTITY_CALLS, argument, class_of
from portable_faas.compiler.source import Def
from portable_faas.errors import Diagnostic

_HAS: Final = (*ENTITY_CALLS, "read", "key")
_NO_OPERATIONS: Final = ("property", "staticmethod", "classmethod", "functools.cached_property")
_NOT_ENTITIES: Final = ("class", "call", "set", "tuple", "activity", "orchestrator", "lock")
_NOT_CLASSES: Final = ("none", "bool", "int", "float", "str", "list", "dict", "record", "entity")


def find(facts: Facts) -> Iterator[Diagnostic]:
    """Every wrong use of an entity or a lock."""
    for node in facts.nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=of, attr="entity")) if facts.kind(of).tag == "context":
                yield from _declared(facts, node)
            case ast.Call(func=ast.Attribute(value=of, attr="lock")) if facts.kind(of).tag == "context":
                yield from _lock(facts, node)
            case ast.Call(func=ast.Attribute(value=of, attr="call" | "signal")) if facts.kind(of).tag == "entity":
                yield from _operation(facts, node, facts.kind(of).parts[0].klass)
            case ast.Attribute(value=of, attr=attr) if attr not in _HAS and facts.kind(of).tag == "entity":
                yield from _attribute(facts, node)
            case _:
                pass


def _declared(facts: Facts, node: ast.Call) -> Iterator[Diagnostic]:
    """The class that `ctx.entity` gets."""
    given = argument(node, 0, "cls")
    if given is None:
        return
    klass, name = class_of(facts.types, given), facts.quote(given)
    if klass is not None and not klass.entity and not _may_be_declared(klass):
        problem = f"the class `{name}` is not an entity"
        yield facts.report(given, "PF044", problem, "declare it with `@app.entity`")
    elif klass is None and _is_no_class(facts, given):
        problem = f"`{name}` is not the class of an entity"
        yield facts.report(given, "PF044", problem, "write the class itself, such as `ctx.entity(Counter, key)`")


def _may_be_declared(klass: Klass) -> bool:
    """Whether a decorator may stem from an app that the text does not show."""
    decorators = klass.node.decorator_list if klass.node is not None else []
    return klass.node is None or any(isinstance(each, ast.Attribute) and each.attr == "entity" for each in decorators)


def _is_no_class(facts: Facts, node: ast.expr) -> bool:
    meaning = facts.program.meaning(facts.function, node)
    library = isinstance(meaning, External) and meaning.known
    return library or isinstance(meaning, Helper) or facts.kind(node).tag in _NOT_CLASSES


def _operation(facts: Facts, node: ast.Call, klass: Klass | None) -> Iterator[Diagnostic]:
    """The operation that a call or signal names."""
    if klass is None or klass.node is None or any(isinstance(arg, ast.Starred) for arg in node.args[:1]):
        return
    given = node.args[0] if node.args else node
    known = list(_operations(facts, klass))
    shown = f"write `{klass.name}.{known[0]}`" if known else f"give `{klass.name}` a method"
    if not node.args:
        problem = f"`{facts.quote(node)}` does not say which operation of `{klass.name}`"
        yield facts.report(node, "PF045", problem, shown)
    elif _is_wrong(facts, given, klass):
        problem = f"`{facts.quote(given)}` is not an operation of the entity `{klass.name}`"
        remedy = f"it has {', '.join(f'`{klass.name}.{name}`' for name in known)}" if len(known) > 1 else shown
        yield facts.report(given, "PF045", problem, remedy)


def _operations(facts: Facts, klass: Klass) -> Iterator[str]:
    """The public methods of a class and of its bases."""
    if klass.node is None or klass.context is None:
        return
    for node in klass.node.body:
        if isinstance(node, Def) and not node.name.startswith("_"):
            yield from () if _is_not_called(facts, facts.program.function(klass.context, node)) else (node.name,)
    for above in _bases(facts, klass):
        if isinstance(above, Klass):
            yield from _operations(facts, above)


def _bases(facts: Facts, klass: Klass) -> Iterator[Klass | None]:
    """The classes that it derives from; None for one that is not of the program."""
    if klass.node is None or klass.context is None:
        return
    for base in klass.node.bases:
        above = facts.program.meaning(klass.context, base)
        yield above if isinstance(above, Klass) and above != klass else None


def _is_wrong(facts: Facts, given: ast.expr, klass: Klass) -> bool:
    """Whether ``given`` is surely no operation of ``klass``."""
    match given:
        case ast.Constant() | ast.Lambda() | ast.JoinedStr():
            return True
        case ast.Attribute(value=owner, attr=name):
            other = class_of(facts.types, owner)
            if other is None:
                return facts.kind(owner).tag in ("record", "context")
            return _is_other(facts, klass, other, name)
        case _:
            meaning = facts.program.meaning(facts.function, given)
            return isinstance(meaning, Helper | Klass)


def _is_other(facts: Facts, klass: Klass, other: Klass, name: str) -> bool:
    method, wanted = facts.program.method(other, name), facts.program.method(klass, name)
    if name.startswith("_") or (method is not None and _is_not_called(facts, method)):
        return True
    if method is None or wanted is None:
        return not _is_open(facts, other) and not _is_open(facts, klass)
    return method is not wanted


def _is_not_called(facts: Facts, method: Function) -> bool:
    """Whether it is a property or belongs to the class itself."""
    assert isinstance(method.node, Def)
    place = method.owner or facts.program.top(method.module)
    return any(facts.program.dotted(place, each) in _NO_OPERATIONS for each in method.node.decorator_list)


def _is_open(facts: Facts, klass: Klass) -> bool:
    """Whether it may have methods that the source does not show."""
    return klass.node is None or any(above is None or _is_open(facts, above) for above in _bases(facts, klass))


def _attribute(facts: Facts, node: ast.Attribute) -> Iterator[Diagnostic]:
    klass = facts.kind(node.value).parts[0].klass
    problem = f"a reference to an entity has no `{node.attr}`"
    if klass is not None and facts.program.method(klass, node.attr) is not None:
        remedy = f"write `await {facts.quote(node.value)}.call({klass.name}.{node.attr}, ...)`"
    else:
        remedy = f"it has call, signal and read; its state is `await {facts.quote(node.value)}.read()`"
    yield facts.report(node, "PF045", problem, remedy)


def _lock(facts: Facts, node: ast.Call) -> Iterator[Diagnostic]:
    """A lock stands in `async with`, or in a name for one, and is over entities."""
    wrong = next((arg for arg in node.args if facts.kind(arg).tag in (*_NOT_ENTITIES, *_NOT_CLASSES[:-1])), None)
    if not node.args or wrong is not None:
        what = "nothing" if wrong is None else f"`{facts.quote(wrong)}`, which is not an entity"
        problem = f"`{facts.quote(node)}` would lock {what}"
        yield facts.report(node, "PF046", problem, "write `ctx.lock(ctx.entity(Counter, key))`")
    parent = facts.parent(node)
    awaited = isinstance(parent, ast.Await | ast.Expr | ast.Call | ast.Starred)
    plain = isinstance(parent, ast.withitem) and isinstance(facts.parent(parent), ast.With)
    if awaited or plain:
        problem = f"`{facts.quote(node)}` is taken by `async with` and by nothing else"
        yield facts.report(node, "PF046", problem, f"write `async with {facts.quote(node)}:`")
