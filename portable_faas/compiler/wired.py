"""Which values keep their wire form on the way from one place to another, so that no Python is needed in between.

async def main(ctx, order: Order) -> list[Receipt]:             Order.lines is list[Line], and ship(line: Line)
    return await ctx.map(ship, order.lines)                     takes one: the input holds the calls already

Only for types whose JSON says everything: no dict, whose order is part of it, nothing without a type.
"""

import ast
import dataclasses
import datetime
import decimal
import enum
import types
import typing
import uuid
from typing import TYPE_CHECKING, Any, Final

from portable_faas.compiler.facts import Facts
from portable_faas.ir import Mapped

if TYPE_CHECKING:
    from portable_faas.app import Activity, App

_PLAIN: Final = (bool, int, str, float, bytes, type(None), datetime.datetime, datetime.date, datetime.timedelta)
_DEPTH: Final = 8


def listed(app: "App", orchestrator: str) -> tuple[str, ...]:
    """The activities a list of whose results is what ``orchestrator`` returns."""
    returns = _hints(app.orchestrators[orchestrator].fn).get("return")
    if typing.get_origin(returns) is not list:
        return ()
    (item,) = typing.get_args(returns)
    same = [name for name, activity in app.activities.items() if _hints(activity.fn).get("return") == item]
    return tuple(same) if _is_wired(item, _DEPTH) else ()


def mapped(app: "App", facts: Facts, operand: ast.expr) -> Mapped | None:
    """What ``operand`` is, if it is an activity for each item of a list in the input of an orchestrator."""
    found = _over(facts, operand)
    orchestrator = app.orchestrators.get(facts.function.name)
    if found is None or orchestrator is None or orchestrator.fn is not facts.function.live:
        return None
    name, items, limit = found
    activity = app.activities.get(name)
    source = _path(items)
    if activity is None or source is None or source[0] != _input(facts):
        return None
    held = _type_at(_hints(orchestrator.fn).get(source[0]), source[1:])
    parameter = _only_parameter(activity)
    if parameter is None or typing.get_origin(held) is not list:
        return None
    (item,) = typing.get_args(held)
    same = _hints(activity.fn).get(parameter) == item and _is_wired(item, _DEPTH)
    return Mapped(name, parameter, source[1:], limit) if same else None


def _over(facts: Facts, operand: ast.expr) -> tuple[str, ast.expr, int | None] | None:
    """The activity and the list of `ctx.map(f, xs)` or `ctx.gather(*[f(x) for x in xs])`."""
    from portable_faas.compiler.names import Activity as Declared

    match operand:
        case ast.Call(func=ast.Attribute(value=context, attr="map"), args=[function, items], keywords=keywords):
            pass
        case ast.Call(
            func=ast.Attribute(value=context, attr="gather"),
            args=[
                ast.Starred(
                    value=ast.ListComp(
                        elt=ast.Call(func=function, args=[ast.Name(id=given)], keywords=[]),
                        generators=[ast.comprehension(target=ast.Name(id=item), iter=items, ifs=[], is_async=0)],
                    )
                )
            ],
            keywords=keywords,
        ) if given == item:
            pass
        case _:
            return None
    meaning = facts.program.meaning(facts.function, function)
    limits = [each.value.value for each in keywords if each.arg == "limit" and isinstance(each.value, ast.Constant)]
    if facts.kind(context).tag != "context" or not isinstance(meaning, Declared) or len(limits) != len(keywords):
        return None
    limit = limits[0] if limits and type(limits[0]) is int and limits[0] > 0 else None
    return (meaning.name, items, limit) if limits in ([], [limit]) else None


def _path(node: ast.expr) -> tuple[str, ...] | None:
    """``order.lines`` as ``("order", "lines")``."""
    match node:
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=inner, attr=attr):
            before = _path(inner)
            return None if before is None else (*before, attr)
        case _:
            return None


def _input(facts: Facts) -> str:
    """The parameter that holds the input; the empty text where the function gives it another value."""
    names = [parameter.arg for parameter in facts.function.parameters][1:]
    return names[0] if names and len(facts.function.scope.bindings[names[0]]) == 1 else ""


def _only_parameter(activity: "Activity[..., Any]") -> str | None:
    """The first parameter of an activity that can be called with it alone."""
    signature = activity.signature()
    needed = [name for name in signature.names if name not in _defaulted(activity.fn)]
    return signature.names[0] if signature.names and needed in ([], [signature.names[0]]) else None


def _defaulted(fn: Any) -> set[str]:
    positional = fn.__code__.co_varnames[: fn.__code__.co_argcount]
    return {*positional[len(positional) - len(fn.__defaults__ or ()) :], *(fn.__kwdefaults__ or ())}


def _type_at(held: Any, path: tuple[str, ...]) -> Any:
    """The type of ``order.lines``, through dataclasses."""
    for name in path:
        if not dataclasses.is_dataclass(held) or not isinstance(held, type):
            return None
        held = _hints(held).get(name)
    return held


def _hints(of: Any) -> dict[str, Any]:
    try:
        return typing.get_type_hints(of)
    except Exception:  # the user's annotations, evaluated: anything may come out, and then nothing is known
        return {}


def _is_wired(kind: Any, depth: int) -> bool:
    """Whether the JSON of a value of this type says all about it, in whatever order its fields stand."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if depth == 0 or kind is None:
        return kind is None
    if origin in (list, tuple):
        return all(each is Ellipsis or _is_wired(each, depth - 1) for each in args)
    if origin in (typing.Union, types.UnionType):
        return len(args) == 2 and type(None) in args and all(_is_wired(each, depth - 1) for each in args)
    if origin is typing.Literal:
        return True
    if not isinstance(kind, type):
        return False
    if kind in (*_PLAIN, decimal.Decimal, uuid.UUID) or issubclass(kind, enum.Enum):
        return True
    if dataclasses.is_dataclass(kind):
        return all(_is_wired(_hints(kind).get(field.name), depth - 1) for field in dataclasses.fields(kind))
    return False
