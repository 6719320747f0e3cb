"""Fields, dict displays and merges: `order["to"]` -> `$order.to`; `{**d, "k": v}` -> `$merge([$d, {"k": $v}])`."""

import ast

from portable_faas_aws.jsonata.code import Binary, Call, Code, List, Literal, Path, both, call
from portable_faas_aws.jsonata.code import Record as Braces
from portable_faas_aws.jsonata.guards import Guard, holds
from portable_faas_aws.jsonata.joining import as_map, largest, total
from portable_faas_aws.jsonata.lowered import Lowered
from portable_faas_aws.jsonata.scope import Scope, article, joined, present, quoted, refuse
from portable_faas_aws.jsonata.types import Map, Object, Record, Text, Type

_PROTO = "__proto__"


def attribute(scope: Scope, node: ast.Attribute) -> Lowered:
    """``x.name`` of an object with declared fields."""
    base = scope.look(node.value)
    type = present(base, node.value)
    fields = dict(type.fields) if isinstance(type, Record) else {}
    if node.attr not in fields:
        refuse(f"{quoted(node)} is not a declared field of {article(type)}", node)
    return Lowered(Path(base.code, node.attr), fields[node.attr], base.guard)


def item(scope: Scope, node: ast.Subscript, base: Lowered, type: Object | Map) -> Lowered:
    """``d[k]``."""
    key = scope.look(node.slice)
    if not isinstance(present(key, node.slice), Text):
        refuse(f"{quoted(node.slice)} is not a str, and the keys of a JSON object are", node.slice)
    guard = both(base.guard, key.guard)
    if isinstance(type, Map):
        found = Lowered(call("lookup", base.code, key.code), type.value, guard)
        missing = Binary("in", key.code, call("keys", base.code))
        return found if holds(Guard.MISSING_KEY, False) else Lowered(found.code, found.type, both(guard, missing))
    field = _field(type, node.slice)
    if field is None:
        refuse(f"{quoted(node.slice)} is not one of the known keys of {quoted(node.value)}", node)
    return Lowered(Path(base.code, field[0]), field[1], guard)


def _field(type: Object, key: ast.expr) -> tuple[str, Type] | None:
    value = key.value if isinstance(key, ast.Constant) else None
    return next((each for each in type.fields if each[0] == value), None)


def display(scope: Scope, node: ast.Dict) -> Lowered:
    """``{"a": x, **d, k: y}``."""
    parts: list[Lowered] = []
    run: list[tuple[ast.expr, ast.expr]] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is not None:
            run.append((key, value))
            continue
        parts += [_braces(scope, run)] if run else []
        parts.append(_spread(scope, value))
        run = []
    parts += [_braces(scope, run)] if run or not parts else []
    return merged(parts, node) if len(parts) > 1 or None in node.keys else parts[0]


def _spread(scope: Scope, node: ast.expr) -> Lowered:
    found = scope.look(node)
    if not isinstance(present(found, node), Object | Map):
        refuse(f"{quoted(node)} is {article(found.type)}, not a dict", node)
    return found


def _braces(scope: Scope, pairs: list[tuple[ast.expr, ast.expr]]) -> Lowered:
    """A dict display without ``**``; a key that is no constant makes one object each, so that the last one wins."""
    constant = [key.value for key, _ in pairs if isinstance(key, ast.Constant)]
    if len(constant) < len(pairs):
        return merged([_entry(scope, key, value) for key, value in pairs], pairs[0][0])
    if not holds(Guard.DUPLICATE_KEY, len(set(constant)) == len(constant)):
        refuse("one key is written twice in a dict display", pairs[0][0])
    fields: list[tuple[str, Type]] = []
    codes: list[tuple[Code, Code]] = []
    guard: Code | None = None
    for key, node in pairs:
        name, value = _constant(key), scope.lower(node)
        fields.append((name, value.type))
        codes.append((Literal(name), value.code))
        guard = both(guard, value.guard)
    return Lowered(Braces(tuple(codes)), Object(tuple(fields)), guard)


def _constant(key: ast.expr) -> str:
    value = key.value if isinstance(key, ast.Constant) else None
    if not isinstance(value, str):
        refuse(f"{quoted(key)} is not a str, and the keys of a JSON object are", key)
    if not holds(Guard.PROTO_KEY, value != _PROTO):
        refuse(f"an object of JavaScript cannot be written with the key {_PROTO}", key)
    return value


def _entry(scope: Scope, key: ast.expr, node: ast.expr) -> Lowered:
    return entry(scope.look(key), scope.lower(node), key)


def entry(key: Lowered, value: Lowered, node: ast.expr) -> Lowered:
    """A dict of one entry whose key is computed."""
    type = present(key, node)
    if not isinstance(type, Text):
        if not holds(Guard.KEY_TYPE, False):
            refuse(f"{quoted(node)} is {article(type)}, and the keys of a JSON object are strings", node)
        type = Text()
    guard = both(key.guard, value.guard)
    if not holds(Guard.PROTO_KEY, isinstance(key.code, Literal) and key.code.value != _PROTO):
        guard = both(guard, Binary("!=", key.code, Literal(_PROTO)))
    return Lowered(Braces(((key.code, value.code),)), Map(value.type, 1, type.max), guard)


def merged(parts: list[Lowered], node: ast.expr) -> Lowered:
    """Several dicts as one; a later entry replaces an earlier one."""
    guard: Code | None = None
    type: Type = Object(())
    for part in parts:
        guard = both(both(guard, part.guard), _without_proto(part))
        type = _over(type, part.type, node)
    return Lowered(call("merge", List(tuple(part.code for part in parts))), type, guard)


def _without_proto(part: Lowered) -> Code | None:
    """On JavaScript an object cannot be given the key `__proto__`; what was built here was guarded where it was."""
    is_built = isinstance(part.code, Braces) or (isinstance(part.code, Call) and part.code.function == "merge")
    if holds(Guard.PROTO_KEY, is_built or isinstance(part.type, Object)):
        return None
    return call("not", Binary("in", Literal(_PROTO), call("keys", part.code)))


def _over(under: Type, over: Type, node: ast.expr) -> Type:
    if isinstance(under, Object) and isinstance(over, Object):
        return Object(tuple({**dict(under.fields), **dict(over.fields)}.items()))
    if not isinstance(under, Object | Map) or not isinstance(over, Object | Map):
        refuse(f"{article(over)} is not a dict that is known to be there", node)
    if under == Object(()):
        return over
    a, b = as_map(under), as_map(over)
    return Map(joined(a.value, b.value, node), total(a.max, b.max), largest(a.key, b.key))


def union(left: Lowered, right: Lowered, node: ast.BinOp) -> Lowered:
    """``d | e``."""
    return merged([left, right], node)
