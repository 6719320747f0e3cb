"""List displays, `+` and slices: `[xs, 1]` -> `[[$xs], 1]`, because JSONata splices an array into an array."""

import ast
from dataclasses import replace
from functools import reduce

from portable_faas_aws.jsonata import records
from portable_faas_aws.jsonata.code import (
    ZERO,
    Binary,
    Block,
    Code,
    Conditional,
    Function,
    Index,
    List,
    Literal,
    Sequence,
    Variable,
    Whole,
    both,
    call,
)
from portable_faas_aws.jsonata.guards import Guard, holds
from portable_faas_aws.jsonata.joining import total
from portable_faas_aws.jsonata.lowered import Lowered
from portable_faas_aws.jsonata.scope import Scope, all_joined, article, joined, present, quoted, refuse
from portable_faas_aws.jsonata.types import (
    MAX_LENGTH,
    Array,
    Int,
    Map,
    Mixed,
    Object,
    Opaque,
    Optional,
    Text,
    Tuple,
    Type,
)


def display(scope: Scope, node: ast.List | ast.Tuple) -> Lowered:
    """``[x, y]``, ``(x, y)``, and ``[*xs, y]``."""
    if any(isinstance(each, ast.Starred) for each in node.elts):
        return _starred(scope, node)
    items = [scope.lower(each) for each in node.elts]
    types = [each.type for each in items]
    code = array(scope, [(each.code, each.type) for each in items])
    guard: Code | None = None
    for each in items:
        guard = both(guard, each.guard)
    type = Tuple(tuple(types)) if isinstance(node, ast.Tuple) else Array(all_joined(types, node), len(types))
    return Lowered(code, type, guard)


def _starred(scope: Scope, node: ast.List | ast.Tuple) -> Lowered:
    if isinstance(node, ast.Tuple):
        refuse("a tuple with `*` has no fixed length", node)
    parts = [_part(scope, each) for each in node.elts]
    return reduce(lambda one, other: concatenated(one, other, node), parts[1:], parts[0])


def _part(scope: Scope, node: ast.expr) -> Lowered:
    if isinstance(node, ast.Starred):
        found = scope.look(node.value)
        if not isinstance(present(found, node.value), Array):
            refuse(f"{quoted(node.value)} is {article(found.type)}, not a list", node)
        return found
    one = scope.lower(node)
    return Lowered(array(scope, [(one.code, one.type)]), Array(one.type, 1), one.guard)


def _is_list(type: Type) -> bool | None:
    """Whether the value is an array; None where only the run can tell."""
    if isinstance(type, Array | Tuple):
        return True
    if isinstance(type, Optional):
        return None if _is_list(type.of) in (True, None) else False
    if isinstance(type, Opaque):
        # What is known to be no list may still stand in a bucket, and its pointer is no list either.
        return None if type.of is None or _is_list(type.of) is not False else False
    return None if isinstance(type, Mixed) and any(_is_list(each) is not False for each in type.options) else False


def array(scope: Scope, items: list[tuple[Code, Type]]) -> Code:
    """An array of exactly these items, whatever they are."""
    parts: list[Code] = []
    run: list[Code] = []
    for code, type in items:
        if not holds(Guard.MAYBE_LIST, _is_list(type) is not None):
            parts += [List(tuple(run))] if run else []
            parts.append(scope.shared(code, _maybe))
            run = []
        else:
            run.append(code if holds(Guard.SPLICE, not _is_list(type)) else Whole(code))
    if run or not parts:
        parts.append(List(tuple(run)))
    return reduce(lambda one, other: call("append", one, other), parts)


def _maybe(code: Code) -> Code:
    """An array of one item that may be an array itself."""
    return Conditional(Binary("=", call("type", code), Literal("array")), List((Whole(code),)), List((code,)))


def concatenated(left: Lowered, right: Lowered, node: ast.expr) -> Lowered:
    """``xs + ys``."""
    one, other = present(left, node), present(right, node)
    if not isinstance(one, Array) or not isinstance(other, Array):
        refuse(f"{article(one)} and {article(other)} cannot be joined by JSONata", node)
    type = Array(joined(one.item, other.item, node), total(one.max, other.max))
    return Lowered(call("append", left.code, right.code), type, both(left.guard, right.guard))


def subscript(scope: Scope, node: ast.Subscript) -> Lowered:
    """``x[i]``, ``x[a:b]``, ``d[k]``."""
    base = scope.look(node.value)
    type = present(base, node.value)
    if isinstance(node.slice, ast.Slice):
        return _slice(scope, node.slice, base, type, node)
    if isinstance(type, Object | Map):
        return records.item(scope, node, base, type)
    if isinstance(type, Tuple):
        return _of_tuple(base, type, node)
    if not isinstance(type, Array | Text):
        refuse(f"{quoted(node.value)} is {article(type)}, which is not read by index", node)
    return _of_list(scope, node, base, type)


def _of_tuple(base: Lowered, type: Tuple, node: ast.Subscript) -> Lowered:
    place = _constant(node.slice)
    if place is None or not -len(type.items) <= place < len(type.items):
        refuse(f"the index of {quoted(node)} is not a constant within the tuple", node)
    return Lowered(Index(base.code, Literal(place)), type.items[place], base.guard)


def _constant(node: ast.expr | None) -> int | None:
    """The value of an int written in place."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _constant(node.operand)
        return None if value is None else -value
    found = node.value if isinstance(node, ast.Constant) else None
    return found if isinstance(found, int) and not isinstance(found, bool) and abs(found) < MAX_LENGTH else None


def _of_list(scope: Scope, node: ast.Subscript, base: Lowered, type: Array | Text) -> Lowered:
    index = scope.look(node.slice)
    where = present(index, node.slice)
    if not isinstance(where, Int):
        refuse(f"{quoted(node.slice)} is {article(where)}, not an index", node.slice)
    guard = both(base.guard, index.guard)
    if not holds(Guard.INDEX_RANGE, False):
        length = call("count" if isinstance(type, Array) else "length", base.code)
        low = Binary(">=", index.code, Binary("-", ZERO, length)) if where.lo < 0 else None
        high = Binary("<", index.code, length) if where.hi >= 0 else None
        guard = both(guard, both(high, low))
    if isinstance(type, Array):
        # What stands between the brackets is evaluated for each item, and a sequence inside it changes the choice.
        if holds(Guard.PLAIN_INDEX, False):
            return Lowered(Index(base.code, index.code), type.item, guard)
        return Lowered(scope.shared(index.code, lambda one: Index(base.code, one)), type.item, guard)
    return Lowered(call("substring", base.code, index.code, Literal(1)), Text(1), guard)


def _slice(scope: Scope, node: ast.Slice, base: Lowered, type: Type, whole: ast.Subscript) -> Lowered:
    if not isinstance(type, Array | Text):
        refuse(f"a slice of {article(type)} has no equal", whole)
    if node.step is not None:
        return _reversed(node, base, type, whole)
    bounds = [_bound(scope, each) for each in (node.lower, node.upper)]
    guard = base.guard
    for each in bounds:
        guard = both(guard, each.guard if each is not None else None)
    low, high = (None if each is None else each.code for each in bounds)
    code = scope.shared(base.code, lambda one: _cut(scope, one, (low, high), isinstance(type, Text)))
    count = _constant(node.upper) if node.lower is None else None
    limit = type.max if count is None or count < 0 else count if type.max is None else min(type.max, count)
    return Lowered(code, replace(type, max=limit), guard)


def _reversed(node: ast.Slice, base: Lowered, type: Array | Text, whole: ast.Subscript) -> Lowered:
    is_plain = _constant(node.step) == -1 and node.lower is None and node.upper is None
    if not holds(Guard.SLICE_STEP, is_plain and isinstance(type, Array)):
        refuse(f"the step of {quoted(whole)} has no equal", whole)
    return Lowered(sequence(call("reverse", base.code)), type, base.guard)


def _bound(scope: Scope, node: ast.expr | None) -> Lowered | None:
    if node is None:
        return None
    found = scope.look(node)
    if not isinstance(present(found, node), Int):
        refuse(f"{quoted(node)} is {article(found.type)}, not an index", node)
    return found


def _cut(scope: Scope, whole: Code, ends: tuple[Code | None, Code | None], is_text: bool) -> Code:
    """From one end to the other: negative ends count from the end, and both are brought within the length."""
    low, high = ends
    if holds(Guard.SLICE_CLAMP, (low is None or _is_natural(low)) and (high is None or _is_natural(high))):
        return _between(scope, whole, low or ZERO, high, is_text)
    length = scope.fresh()
    bindings: list[tuple[str, Code]] = [(length, call("length" if is_text else "count", whole))]
    names: list[Code | None] = []
    for end in ends:
        name = None if end is None else scope.fresh()
        names.append(None if name is None else Variable(name))
        if name is not None and end is not None:
            bindings.append((name, scope.shared(end, lambda one: _clamped(one, Variable(length)))))
    return Block(tuple(bindings), _between(scope, whole, names[0] or ZERO, names[1], is_text))


def _is_natural(code: Code) -> bool:
    return isinstance(code, Literal) and isinstance(code.value, int) and code.value >= 0


def _clamped(end: Code, length: Code) -> Code:
    from_end = call("max", List((Binary("+", length, end), ZERO)))
    return Conditional(Binary("<", end, ZERO), from_end, call("min", List((end, length))))


def _between(scope: Scope, whole: Code, low: Code, high: Code | None, is_text: bool) -> Code:
    if not is_text:
        item, place = scope.fresh(), scope.fresh()
        after = Binary(">=", Variable(place), low)
        test = after if high is None else Binary("and", after, Binary("<", Variable(place), high))
        return sequence(call("filter", whole, Function((item, place), test)))
    if high is None:
        return call("substring", whole, low)
    if low == ZERO:
        return call("substring", whole, ZERO, high)
    return Conditional(Binary(">", high, low), call("substring", whole, low, Binary("-", high, low)), Literal(""))


def sequence(code: Code) -> Code:
    """What a function of sequences gives, as the list that it is."""
    return code if holds(Guard.SEQUENCE, False) else Sequence(code)
