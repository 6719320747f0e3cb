"""Calls: what the table knows, and the few that take a comprehension, a lambda or any type."""

import ast
from collections.abc import Callable
from typing import Final

from portable_faas_aws.jsonata import builtin_calls, text
from portable_faas_aws.jsonata.arguments import argument
from portable_faas_aws.jsonata.code import (
    ZERO,
    Binary,
    Code,
    Function,
    Variable,
    both,
    call,
)
from portable_faas_aws.jsonata.guards import Guard, holds
from portable_faas_aws.jsonata.joining import Ambiguous
from portable_faas_aws.jsonata.lists import sequence
from portable_faas_aws.jsonata.lowered import Lowered
from portable_faas_aws.jsonata.scope import Scope, present, quoted, refuse
from portable_faas_aws.jsonata.sorting import extreme, ordered
from portable_faas_aws.jsonata.table import Entry, Key, by_key, key_of, operands, shown_types
from portable_faas_aws.jsonata.truth import truth
from portable_faas_aws.jsonata.types import Array, Bool, Text

ENTRIES: Final = (*text.ENTRIES, *builtin_calls.ENTRIES)
_TABLE: Final = by_key(ENTRIES)
_NAMES: Final = {(entry.key[0], entry.key[1]) for entry in ENTRIES}


def called(scope: Scope, node: ast.Call) -> Lowered:
    """A call of a builtin or a method."""
    name, is_method, _, keywords = key = key_of(node)
    if not is_method and not isinstance(node.func, ast.Name):
        refuse(f"{quoted(node.func)} is called, which is not known before the run", node)
    if not is_method and not holds(Guard.HIDDEN_BUILTIN, name not in scope.names):
        refuse(f"`{name}` is a variable of the program here", node)
    if any(isinstance(each, ast.Starred) for each in node.args) or None in keywords:
        refuse(f"{quoted(node)} is called with arguments that are unpacked", node)
    special = None if is_method else _SPECIAL.get((name, len(node.args), keywords))
    return special(scope, node) if special is not None else _from_table(scope, node, key)


def _from_table(scope: Scope, node: ast.Call, key: Key) -> Lowered:
    name, is_method, *_ = key
    entries = _TABLE.get(key)
    if entries is None:
        known = "with these arguments " if (name, is_method) in _NAMES else ""
        refuse(f"`{name}` {known}is not in the table of calls that have an equal", node)
    values = [argument(scope, each, name) for each in operands(node)]
    entry = _accepting(entries, values)
    if entry is None:
        for value, each in zip(values, operands(node), strict=True):
            scope.seen(value.type, each)
        kinds = " or ".join(entry.python for entry in entries)
        refuse(f"`{name}` of {shown_types(values)} has no equal, only {kinds} of the types in the table", node)
    return _applied(scope, entry, values, node)


def _accepting(entries: list[Entry], values: list[Lowered]) -> Entry | None:
    return next((entry for entry in entries if entry.accepts(values)), None)


def _applied(scope: Scope, entry: Entry, values: list[Lowered], node: ast.Call) -> Lowered:
    for value, each, kind in zip(values, operands(node), entry.takes.values(), strict=True):
        if kind.name not in ("T", "item"):
            scope.seen(value.type, each)
    types = [value.type for value in values]
    why = entry.check(*types) if entry.check is not None else None
    if why is not None:
        refuse(why, node)
    guard: Code | None = None
    for value in values:
        guard = both(guard, value.guard)
    if entry.guard is not None and entry.rule is not None and not holds(entry.rule, False):
        guard = both(guard, entry.guard(scope, *values))
    try:
        type = entry.result(*types)
    except Ambiguous:
        refuse(f"{quoted(node)} may be an int or a float, and JSON does not tell 1.0 from 1", node)
    return Lowered(entry.template(scope, *values), type, guard)


def _string(scope: Scope, node: ast.Call) -> Lowered:
    value = scope.lower(node.args[0])
    code, limit = text.written(scope, value, node.args[0])
    return Lowered(code, Text(limit), value.guard)


def _boolean(scope: Scope, node: ast.Call) -> Lowered:
    value = scope.lower(node.args[0])
    return Lowered(truth(scope, value, node.args[0]), Bool(), value.guard)


def _any(scope: Scope, node: ast.Call) -> Lowered:
    return _quantified(scope, node, lambda found, _: Binary(">", found, ZERO))


def _all(scope: Scope, node: ast.Call) -> Lowered:
    return _quantified(scope, node, lambda found, every: Binary("=", found, every))


def _quantified(scope: Scope, node: ast.Call, use: Callable[[Code, Code], Code]) -> Lowered:
    """``any`` and ``all``; a guard of their body holds for all elements, also for those that Python would not reach."""
    given = node.args[0]
    values = argument(scope, given, "any")
    scope.seen(values.type, given)
    type = present(values, given)
    if not isinstance(type, Array):
        refuse(f"{quoted(given)} is not a list", node)
    each = scope.fresh()
    test = truth(scope, Lowered(Variable(each), type.item), given)

    def counted(items: Code) -> Code:
        found = call("count", sequence(call("filter", items, Function((each,), test))))
        return use(found, call("count", items))

    return Lowered(scope.shared(values.code, counted), Bool(), values.guard)


_SPECIAL: Final[dict[tuple[str, int, tuple[str | None, ...]], Callable[[Scope, ast.Call], Lowered]]] = {
    ("str", 1, ()): _string,
    ("bool", 1, ()): _boolean,
    ("any", 1, ()): _any,
    ("all", 1, ()): _all,
    **{
        ("sorted", 1, keywords): ordered
        for keywords in (("key",), ("reverse",), ("key", "reverse"), ("reverse", "key"))
    },
    ("min", 1, ("key",)): extreme,
    ("max", 1, ("key",)): extreme,
}
