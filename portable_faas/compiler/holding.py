"""Where a durable call goes that is handed to a plain function, or made by one: a call that goes nowhere never happens.

def both(one, two): return [one, two]       way_of(both, "one")     RETURNED
def size(call): return len(str(call))       way_of(size, "call")    DROPPED
def put(calls, call): calls.append(call)    way_of(put, "call")     KEPT

What is not understood counts as KEPT, so that nothing is refused that may be right.
"""

import ast
from enum import IntEnum
from typing import Final

from portable_faas.compiler.facts import SYNC, Facts
from portable_faas.compiler.kinds import Kind
from portable_faas.compiler.mutation import bound, called_functions, origins
from portable_faas.compiler.names import Function
from portable_faas.compiler.tree import walk
from portable_faas.compiler.words import words

KEEPERS: Final = ("append", "extend", "insert", "setdefault")
_GROWING: Final = (*KEEPERS, "add", "update", "appendleft", "extendleft")
_TAKING: Final = ("values", "items", "get", "pop", "popleft", "copy")
_TELLING: Final = frozenset(
    words("""
    abs all any ascii bool callable dir float format hasattr hash id int isinstance issubclass len print repr round
    str sum type vars
""")
)
_PASSING: Final = frozenset(words("dict enumerate filter frozenset iter list map next reversed set sorted tuple zip"))
_VALUES: Final = ("bool", "int", "float", "str", "bytes", "scalar", "none")


class Way(IntEnum):
    """What becomes of a call: nothing, it is in the result of the function, or it may be awaited elsewhere."""

    DROPPED = 0
    RETURNED = 1
    KEPT = 2


def way_of(facts: Facts, function: Function, parameter: str) -> Way:
    """What ``function`` does with a call that it gets as ``parameter``."""
    known, asked = facts.program.holding, facts.program.asked
    key = (function, parameter)
    if key in asked and asked[-1] != key:
        return Way.KEPT  # functions that call each other in turn are not followed
    if key in asked or key in known:
        return Way(known[key])
    asked.append(key)
    try:
        known[key] = Way.DROPPED  # a function that calls itself does what it does elsewhere
        while (found := _way_of(Facts(facts.program, function, SYNC), parameter)) != known[key]:
            known[key] = found  # it only grows, in three steps at the most
    finally:
        asked.pop()
    return Way(known[key])


def _way_of(facts: Facts, parameter: str) -> Way:
    names = {name for name, held in origins(facts, {parameter}).items() if held}
    for nested in facts.function.scope.nested:
        if any(isinstance(node, ast.Name) and node.id in names for node in walk(nested)):
            return Way.KEPT
    found = [
        way(facts, node)
        for node in facts.nodes
        if isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Load)
        and node.id in names
        and not _moves(facts, node)
    ]
    return max(found, default=Way.DROPPED)


def _moves(facts: Facts, node: ast.Name) -> bool:
    """Whether only other names get the value, whose uses count themselves: `same = call`, `for call in calls:`."""
    match facts.parent(node):
        case ast.Assign(targets=targets):
            return all(isinstance(each, ast.Name) for each in targets)
        case ast.AnnAssign(target=ast.Name()) | ast.For():
            return True
        case _:
            return False


def way(facts: Facts, node: ast.expr) -> Way:
    """What becomes of the value of ``node``, which is or holds calls, where it stands."""
    parent = facts.parent(node)
    match parent:
        case ast.Return():
            return Way.RETURNED
        case ast.Expr() | ast.If() | ast.While() | ast.Assert() | ast.Compare() | ast.UnaryOp() | ast.FormattedValue():
            return Way.DROPPED
        case ast.IfExp(test=test):
            return Way.DROPPED if node is test else way(facts, parent)
        case ast.Starred() | ast.List() | ast.Tuple() | ast.Dict() | ast.Set() | ast.BoolOp() | ast.Subscript():
            return way(facts, parent)
        case ast.ListComp() | ast.GeneratorExp() | ast.DictComp() | ast.SetComp():
            return way(facts, parent)
        case ast.BinOp(left=left, right=right):
            other = facts.kind(right if node is left else left)
            return Way.DROPPED if other.tag in _VALUES and other.tag != "int" else way(facts, parent)
        case ast.Attribute(attr=attr):
            return _member(facts, parent, attr)
        case ast.keyword():
            call = facts.parent(parent)
            return _argument(facts, call, node) if isinstance(call, ast.Call) else Way.KEPT
        case ast.Call(func=func):
            return _argument(facts, parent, node) if node is not func else Way.KEPT
        case _:
            return Way.KEPT


def _member(facts: Facts, node: ast.Attribute, attr: str) -> Way:
    """Of an attribute or method of a value: what gives calls again goes on, what a list grows by does not matter."""
    call = facts.parent(node)
    if not (isinstance(call, ast.Call) and call.func is node):
        return way(facts, node)
    if attr in (*_GROWING, "clear"):
        return Way.DROPPED
    return way(facts, call) if attr in _TAKING else Way.KEPT


def _argument(facts: Facts, call: ast.Call, node: ast.expr) -> Way:
    if facts.kind(call.func).tag in ("activity", "orchestrator"):
        return Way.DROPPED  # takes values
    functions = called_functions(facts, call)
    if functions:
        return max((handed(facts, call, node, each) for each in functions), default=Way.KEPT)
    dotted = facts.dotted(call.func)
    if dotted in _TELLING:
        return Way.DROPPED
    return way(facts, call) if dotted in _PASSING else Way.KEPT


def handed(facts: Facts, call: ast.Call, node: ast.expr, function: Function) -> Way:
    """What becomes of the argument ``node`` of a call of ``function``."""
    inner = node.value if isinstance(node, ast.Starred) else node
    found = [way_of(facts, function, name) for name, argument in bound(function, call) if argument is inner]
    most = max(found, default=Way.KEPT)
    if most != Way.RETURNED or function.is_async:
        return most
    return Way.DROPPED if facts.kind(call).tag in _VALUES else way(facts, call)


def is_call(kind: Kind) -> bool:
    """Whether a value is surely a call, or a list of calls."""
    return kind.tag == "call" or (kind.tag == "list" and bool(kind.parts) and kind.parts[0].tag == "call")


def makes(facts: Facts, node: ast.Call) -> bool:
    """Whether a plain function that is called here returns durable calls of its own making."""
    return any(not each.is_async and _makes(facts, each) for each in called_functions(facts, node))


def gives(facts: Facts, node: ast.expr) -> bool:
    """Whether the result of a plain function surely holds calls: it makes some, or hands on those that it gets."""
    return isinstance(node, ast.Call) and (
        makes(facts, node)
        or any(
            _holds(facts, argument) and way_of(facts, function, parameter) == Way.RETURNED
            for function in called_functions(facts, node)
            if not function.is_async
            for parameter, argument in bound(function, node)
        )
    )


def _makes(facts: Facts, function: Function) -> bool:
    known = facts.program.making
    if function not in known:
        known[function] = False  # a recursive call counts as making nothing more
        inner = Facts(facts.program, function, SYNC)
        returned = [each.value for each in inner.nodes if isinstance(each, ast.Return) and each.value is not None]
        known[function] = any(_holds(inner, value) for value in returned)
    return known[function]


def _holds(facts: Facts, node: ast.expr) -> bool:
    match node:
        case ast.List(elts=elts) | ast.Tuple(elts=elts):
            return any(_holds(facts, each) for each in elts)
        case ast.ListComp(elt=elt):
            return _holds(facts, elt)
        case _:
            return is_call(facts.kind(node)) or gives(facts, node)
