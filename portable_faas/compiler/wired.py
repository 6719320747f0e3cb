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
import inspect
import sys
import types
import typing
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

from portable_faas.compiler.draft import Draft
from portable_faas.compiler.facts import Facts
from portable_faas.compiler.names import Activity as Declared
from portable_faas.compiler.names import External, Helper, Meaning
from portable_faas.compiler.reading import reads
from portable_faas.compiler.shapes import key_of
from portable_faas.ir import Each, Given, Goto, Mapped

if TYPE_CHECKING:
    from portable_faas.app import App

_PLAIN: Final = (bool, int, str, float, bytes, type(None), datetime.datetime, datetime.date, datetime.timedelta)
_DEPTH: Final = 8
_ITEM: Final = "<item>"  # no name of the program
_VARIABLE: Final = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS


def listed(app: "App", orchestrator: str) -> tuple[str, ...]:
    """The activities a list of whose results is what ``orchestrator`` returns."""
    returns = _hints(app.orchestrators[orchestrator].fn).get("return")
    if typing.get_origin(returns) is not list:
        return ()
    (item,) = typing.get_args(returns)
    same = [name for name, activity in app.activities.items() if _hints(activity.written).get("return") == item]
    return tuple(same) if _is_wired(item, _DEPTH) else ()


def summed(app: "App", facts: Facts) -> tuple[str, ...]:
    """The activities that give an int, where an orchestrator returns an int and `sum` is Python's own."""
    returns = _hints(app.orchestrators[facts.function.name].fn).get("return")
    own = facts.program.resolve(facts.function, "sum") == External("builtins.sum", True)
    if returns is not int or not own:
        return ()
    return tuple(name for name, activity in app.activities.items() if _hints(activity.written).get("return") is int)


def mapped(app: "App", facts: Facts, operand: ast.expr) -> Mapped | None:
    """What ``operand`` is, if it is an activity or helper for each item of a list in the input of an orchestrator."""
    found = _over(facts, operand)
    orchestrator = app.orchestrators.get(facts.function.name)
    if found is None or orchestrator is None or orchestrator.fn is not facts.function.live:
        return None
    source = _path(found.items)
    callee = _callee(app, facts.program.meaning(facts.function, found.function))
    if callee is None or source is None or source[0] != _input(facts):
        return None
    whole = _hints(orchestrator.fn).get(source[0])
    held = _type_at(whole, source[1:])
    paths = _given(facts, found, source[0])
    if paths is None or typing.get_origin(held) is not list:
        return None
    kinds = [typing.get_args(held)[0] if path is None else _type_at(whole, path) for path in paths]
    context = callee.is_helper if found.context is None else found.context
    arguments = _bound(callee.fn, context, kinds, paths)
    if arguments is None or (context and not callee.is_helper):
        return None
    return Mapped(callee.name, arguments, source[1:], found.limit, callee.is_helper, context)


def run_over(app: "App", facts: Facts, drafts: Sequence[Draft]) -> tuple[int, tuple[str, ...]] | None:
    """The head of the loop that an orchestrator comes to first, and the path to the list in its input, if it is one."""
    orchestrator = app.orchestrators.get(facts.function.name)
    if orchestrator is None or orchestrator.fn is not facts.function.live:
        return None
    name, blocks = _input(facts), {draft.id: draft for draft in drafts}
    at = blocks[0]
    while isinstance(at.end, Goto):
        head = blocks[at.end.to]
        *before, last = at.body or [ast.Pass()]
        if isinstance(head.end, Each):
            source = _items(last, head.end.iterator)
            straight = source is not None and source[0] == name and not any(name in reads(node) for node in before)
            held = _type_at(_hints(orchestrator.fn).get(name), source[1:]) if source and straight else None
            return (head.id, source[1:]) if source and typing.get_origin(held) is list else None
        if any(name in reads(node) for node in at.body):
            return None
        at = head
    return None


def _items(statement: ast.stmt, iterator: str) -> tuple[str, ...] | None:
    """What ``iterator = iter(order.lines)`` runs over."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(args=[items])) if name == iterator:
            match items:
                case ast.Call(func=ast.Name(id="reversed" | "enumerate" | "sorted"), args=[inner], keywords=[]):
                    return _path(inner)
            return _path(items)
    return None


@final
class _Over(NamedTuple):
    """`ctx.map(f, xs)` or `ctx.gather(*[f(order.id, x) for x in xs])`.

    ``context``: f takes the context first; None where it is a `map`, which gives it to helpers.
    """

    function: ast.expr
    arguments: tuple[ast.expr, ...]
    item: str
    items: ast.expr
    limit: int | None
    context: bool | None


@final
class _Callee(NamedTuple):
    name: str
    fn: Any
    is_helper: bool


def _over(facts: Facts, operand: ast.expr) -> _Over | None:
    """Such a call, taken apart."""
    given: list[ast.expr]
    first: bool | None
    match operand:
        case ast.Call(func=ast.Attribute(value=context, attr="map"), args=[function, items], keywords=keywords):
            given, item, first = [ast.Name(_ITEM)], _ITEM, None
        case ast.Call(
            func=ast.Attribute(value=context, attr="gather"),
            args=[
                ast.Starred(
                    value=ast.ListComp(
                        elt=ast.Call(func=function, args=given, keywords=[]),
                        generators=[ast.comprehension(target=ast.Name(id=item), iter=items, ifs=[], is_async=0)],
                    )
                )
            ],
            keywords=keywords,
        ):
            first = isinstance(context, ast.Name) and context.id != item and _is(given, context.id)
        case _:
            return None
    limits = [each.value.value for each in keywords if each.arg == "limit" and isinstance(each.value, ast.Constant)]
    if facts.kind(context).tag != "context" or len(limits) != len(keywords):
        return None
    limit = limits[0] if limits and type(limits[0]) is int and limits[0] > 0 else None
    if limits not in ([], [limit]):
        return None
    return _Over(function, tuple(given[1:] if first else given), item, items, limit, first)


def _is(given: list[ast.expr], name: str) -> bool:
    """Whether the first argument is the variable ``name``."""
    return bool(given) and isinstance(given[0], ast.Name) and given[0].id == name


def _callee(app: "App", meaning: Meaning) -> _Callee | None:
    """An activity, or an async helper that stands at the top of its module by its own name."""
    match meaning:
        case Declared(name=name) if name in app.activities:
            return _Callee(name, app.activities[name].written, False)
        case Helper(function) if function.is_async and function.live is not None:
            live: Any = function.live
            found = vars(sys.modules[live.__module__]).get(live.__qualname__) is live
            return _Callee(key_of(function), live, True) if found else None
        case _:
            return None


def _given(facts: Facts, over: _Over, whole: str) -> list[tuple[str, ...] | None] | None:
    """Where the input, the parameter ``whole``, has each argument; None for the item."""
    found: list[tuple[str, ...] | None] = []
    for argument in over.arguments:
        path = _path(argument)
        if path == (over.item,):
            found.append(None)
        elif path is not None and path[0] == whole != over.item:
            found.append(path[1:])
        else:
            return None
    return found


def _bound(
    fn: Any, context: bool, kinds: Sequence[Any], paths: Sequence[tuple[str, ...] | None]
) -> tuple[Given, ...] | None:
    """The arguments by the names of the parameters, if ``fn`` takes them, and all in the wire form they have."""
    code, hints = fn.__code__, _hints(fn)
    names = code.co_varnames[context : code.co_argcount]
    needed = {*code.co_varnames[context : code.co_argcount + code.co_kwonlyargcount]} - _defaulted(fn)
    if len(paths) > len(names) or code.co_flags & _VARIABLE or not needed <= {*names[: len(paths)]}:
        return None
    given = list(zip(names, kinds, paths, strict=False))
    same = all(hints.get(name) == kind and _is_wired(kind, _DEPTH) for name, kind, _ in given)
    return tuple(Given(name, path) for name, _, path in given) if same and None in paths else None


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
