"""The kinds of what the operations of the context, of orchestrators and of entities give.

counter = ctx.entity(Counter, "k")                  an entity of kind Counter
await counter.call(Counter.add, 5)                  what the annotation of `add` says
index, value = await ctx.race(charge(1), ctx.sleep(5))      a tuple of an int and of what both may give
"""

import ast
from typing import TYPE_CHECKING, Final

from portable_faas.compiler import kinds
from portable_faas.compiler.annotated import annotation, called, instance, returned
from portable_faas.compiler.kinds import NONE, SCALAR, UNKNOWN, Kind, a_call, a_list, an_entity, join
from portable_faas.compiler.names import Function, Klass

if TYPE_CHECKING:
    from portable_faas.compiler.types import Types

GROUPS: Final = ("gather", "race", "first")  # operations that take calls
DURABLE: Final = (*GROUPS, "map", "sleep", "sleep_until", "set_status", "wait_for_event", "continue_as_new")
AT_ONCE: Final = ("now", "uuid", "instance_id", "version", "log", "entity", "lock")  # what is not awaited
ENTITY_CALLS: Final = ("call", "signal")
_PLAIN: Final = {"now": SCALAR, "uuid": SCALAR, "lock": Kind("lock")}
_RESULTS: Final = {"sleep": NONE, "sleep_until": NONE, "set_status": NONE}
_STARTED: Final = Kind("foreign", dotted="portable_faas.context.Started")


def argument(node: ast.Call, place: int, name: str) -> ast.expr | None:
    """The argument that goes to parameter ``name``, the one at ``place``; None if it is left out or not to be told."""
    before = node.args[: place + 1]
    if any(isinstance(each, ast.Starred) for each in before):
        return None
    if len(before) > place:
        return before[place]
    return next((each.value for each in node.keywords if each.arg == name), None)


def grouped(operation: str, node: ast.Call) -> list[ast.expr]:
    """The calls that a gather, race or first gets."""
    return node.args[1:] if operation == "first" else node.args


def of_context(types: "Types", operation: str, node: ast.Call) -> Kind:
    """What calling an operation of the context gives, before any await."""
    match operation:
        case "gather" | "race" | "first":
            return a_call(_of_group(operation, [_branch(types, each) for each in grouped(operation, node)]))
        case "map":
            return a_call(a_list(_mapped(types, node)))
        case "wait_for_event":
            return a_call(_of_event(types, argument(node, 1, "type")))
        case "entity":
            state = types.of(argument(node, 0, "cls"))
            return an_entity(instance(state.klass) if state.tag == "class" and state.klass else UNKNOWN)
        case "continue_as_new":
            return a_call()
        case _:
            return a_call(_RESULTS[operation]) if operation in _RESULTS else _PLAIN.get(operation, UNKNOWN)


def _of_group(operation: str, results: list[Kind]) -> Kind:
    if operation == "gather":
        return a_list(join(results))
    pair = Kind("tuple", (kinds.INT, join(results)))
    return pair if operation == "race" else a_list(pair)


def _of_event(types: "Types", written: ast.expr | None) -> Kind:
    nothing = written is None or (isinstance(written, ast.Constant) and written.value is None)
    return UNKNOWN if nothing else annotation(types.program, types.function, written)


def _branch(types: "Types", arg: ast.expr) -> Kind:
    kind = types.of(arg.value).element if isinstance(arg, ast.Starred) else types.of(arg)
    return kind.parts[0] if kind.tag == "call" and kind.parts else UNKNOWN


def _mapped(types: "Types", node: ast.Call) -> Kind:
    function = types.of(node.args[0]) if node.args else UNKNOWN
    result = called(types.program, function.function) if function.function else function
    return result.parts[0] if result.parts else UNKNOWN


def of_orchestrator(orchestrator: Kind, name: str) -> Kind:
    """What a method of an orchestrator gives."""
    if name == "using":
        return orchestrator
    return a_call(_STARTED) if name == "start" else UNKNOWN


def of_entity(types: "Types", entity: Kind, name: str, node: ast.Call) -> Kind:
    """What a method of an entity reference gives; ``entity`` may be unknown, as an operation names its class."""
    if name == "read" and entity.tag == "entity":
        return a_call(entity.parts[0])
    if name not in ENTITY_CALLS:
        return UNKNOWN
    method = operation_of(types, node)
    if method is None and entity.tag != "entity":
        return UNKNOWN
    return a_call(NONE if name == "signal" else returned(types.program, method))


def operation_of(types: "Types", node: ast.Call) -> Function | None:
    """The method that ``c.call(Counter.add, ...)`` names; None where the source does not say."""
    match node.args:
        case [ast.Attribute(value=owner, attr=name), *_]:
            klass = class_of(types, owner)
            return types.program.method(klass, name) if klass is not None and klass.entity else None
        case _:
            return None


def class_of(types: "Types", node: ast.expr) -> Klass | None:
    """The class that an expression names."""
    kind = types.of(node)
    return kind.klass if kind.tag == "class" else None
