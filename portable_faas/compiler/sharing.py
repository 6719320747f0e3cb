"""What the value of an expression shares with variables.

[a, *bs]            its elements with `a` and with the elements of `bs`
order.lines[0]      all of it with `order` at ("lines", "*")
sorted(orders)      its elements with the elements of `orders`
await charge(x)     nothing: an activity's result is a copy
await ctx.gather(pick(ctx, xs), ...)        its elements with `xs`, if `pick` returns what it gets
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, final

from portable_faas.compiler.facts import SYNC, Facts, Path, path_of
from portable_faas.compiler.mutation import bound, called_functions, effects, origins
from portable_faas.compiler.names import Function, Klass
from portable_faas.compiler.operations import GROUPS, grouped
from portable_faas.compiler.words import words


@final
@dataclass(frozen=True, slots=True)
class Share:
    """The value at ``at`` may be the object at ``name.path``.

    ``moved`` when it is no longer there: `todo.pop()`; ``copied`` when it is another object on some targets already,
    as what a gathered helper returns.
    """

    at: Path
    name: str
    path: Path
    loop: ast.AST | None = None
    moved: bool = False
    copied: bool = False


SHALLOW: Final = frozenset(
    words("""
    list sorted tuple set reversed iter filter dict copy.copy dataclasses.replace
""")
)
_BESIDE: Final = (*GROUPS, "map")
PAIRS: Final = frozenset(("enumerate", "zip"))
_ELEMENT: Final = frozenset(("min", "max", "next"))


def shares(facts: Facts, node: ast.expr | None) -> list[Share]:
    """What the value of ``node`` shares; nothing for what can never change."""
    if node is None or facts.kind(node).immutable:
        return []
    place = path_of(node)
    if place is not None:
        index = facts.flow.of_node.get(id(place[0]))
        return [] if index is None else [Share((), facts.flow.ops[index].name, place[1])]
    return list(_of(facts, node))


def inside(found: list[Share]) -> list[Share]:
    """What a shallow copy shares: the elements."""
    return [
        Share(("*",), each.name, (*each.path, "*"), copied=each.copied)
        if not each.at
        else Share(each.at, each.name, each.path, copied=each.copied)
        for each in found
    ]


def element(found: list[Share], key: str = "*") -> list[Share]:
    """What the part of a value at ``key`` shares, given what the value shares."""
    result = []
    for each in found:
        if not each.at:
            path = (*each.path, key if not key.isdigit() else "*")
            result.append(replace(each, path=path, moved=False))
        elif key == each.at[0] or "*" in (key, each.at[0]):
            result.append(replace(each, at=each.at[1:], moved=False))
    return result


def _part(found: list[Share], node: ast.Subscript | ast.Attribute) -> list[Share]:
    if isinstance(node, ast.Attribute):
        return element(found, node.attr)
    return inside(found) if isinstance(node.slice, ast.Slice) else element(found)


def _of(facts: Facts, node: ast.expr) -> Iterator[Share]:
    match node:
        case ast.IfExp() | ast.BoolOp() | ast.NamedExpr():
            for value in _ways(node):
                yield from shares(facts, value)
        case ast.Await(value=awaited):
            yield from _awaited(facts, awaited)
        case ast.List() | ast.Tuple() | ast.Set():
            yield from _display(facts, node.elts, not isinstance(node, ast.Set))
        case ast.Dict():
            yield from _dict(facts, node)
        case ast.ListComp() | ast.SetComp() | ast.DictComp():
            yield from _under("*", shares(facts, node.value if isinstance(node, ast.DictComp) else node.elt))
        case ast.BinOp():
            yield from inside([*shares(facts, node.left), *shares(facts, node.right)])
        case ast.Subscript() | ast.Attribute():
            yield from _part(shares(facts, node.value), node)
        case ast.Call():
            yield from _call(facts, node)
        case _:
            return


def _ways(node: ast.IfExp | ast.BoolOp | ast.NamedExpr) -> list[ast.expr]:
    """The expressions one of which gives the value."""
    match node:
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.BoolOp():
            return node.values
        case ast.NamedExpr():
            return [node.value]


def _awaited(facts: Facts, node: ast.expr) -> Iterator[Share]:
    """Of a gather, what its branches give; a helper's result stays one object, unless a gather of its own gave it."""
    if not isinstance(node, ast.Call):
        yield from shares(facts, node)
    elif is_side_by_side(facts, node):
        yield from _results(facts, node)
    else:
        yield from [each for each in _of(facts, node) if each.copied]


def _under(key: str, found: list[Share]) -> list[Share]:
    return [Share((key, *each.at), each.name, each.path, copied=each.copied) for each in found]


def _display(facts: Facts, elts: list[ast.expr], numbered: bool) -> Iterator[Share]:
    plain = numbered and not any(isinstance(each, ast.Starred) for each in elts)
    for number, each in enumerate(elts):
        if isinstance(each, ast.Starred):
            yield from inside(shares(facts, each.value))
        else:
            yield from _under(str(number) if plain else "*", shares(facts, each))


def _dict(facts: Facts, node: ast.Dict) -> Iterator[Share]:
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            yield from inside(shares(facts, value))
        elif isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield from _under(key.value, shares(facts, value))
        else:
            yield from _under("*", shares(facts, value))


def _call(facts: Facts, node: ast.Call) -> Iterator[Share]:
    dotted = facts.dotted(node.func)
    if dotted in SHALLOW:
        for argument in node.args[-1:] if dotted == "filter" else node.args[:1]:
            yield from inside(shares(facts, argument))
        for keyword in node.keywords:
            if dotted in ("dict", "dataclasses.replace") and keyword.arg:
                yield from _under(keyword.arg, shares(facts, keyword.value))
    elif dotted in PAIRS:
        for argument in node.args:
            yield from _under("*", inside(shares(facts, argument)))
    elif dotted in _ELEMENT:
        for argument in node.args:
            found = shares(facts, argument)
            yield from ([Share((), e.name, (*e.path, "*")) for e in found] if len(node.args) == 1 else found)
    elif not dotted:
        yield from _of_program(facts, node)


def _of_program(facts: Facts, node: ast.Call) -> Iterator[Share]:
    meaning = facts.program.meaning(facts.function, node.func)
    if isinstance(meaning, Klass):
        yield from _constructed(facts, node, meaning)
        return
    for function in called_functions(facts, node):
        yield from _returned(facts, node, function, copies(facts, function))
    if isinstance(node.func, ast.Attribute):
        yield from _method(facts, node, node.func)


def _returned(facts: Facts, node: ast.Call, function: Function, copied: bool) -> Iterator[Share]:
    """What the result of a call of ``function`` shares with its arguments, and with variables around it."""
    done = effects(facts, function)
    for parameter, argument in bound(function, node):
        if parameter in done.returns:
            yield from [replace(each, copied=each.copied or copied) for each in shares(facts, argument)]
    if function.owner is facts.function:
        yield from [Share((), name, (), copied=copied) for name in sorted(done.gives)]


# what side by side calls give


def is_side_by_side(facts: Facts, node: ast.Call) -> bool:
    """Whether a call is `ctx.gather(...)`, `race`, `first` or `map`."""
    func = node.func
    return isinstance(func, ast.Attribute) and func.attr in _BESIDE and facts.kind(func.value).tag == "context"


def _results(facts: Facts, node: ast.Call) -> Iterator[Share]:
    """The list of results; each branch has worked on a copy of its own on some targets."""
    assert isinstance(node.func, ast.Attribute)
    if node.func.attr == "map":
        yield from _under("*", list(_of_mapped(facts, node)))
        return
    if node.func.attr in ("race", "first"):
        yield from _selected(facts, node.func.attr, node)
        return
    numbered = not any(isinstance(each, ast.Starred) for each in node.args)
    for number, argument in enumerate(node.args):
        if isinstance(argument, ast.Starred):
            yield from _under("*", list(_of_many(facts, argument.value)))
        else:
            yield from _under(str(number) if numbered else "*", list(_of_branch(facts, argument)))


def _selected(facts: Facts, operation: str, node: ast.Call) -> Iterator[Share]:
    """The pair of index and value that a race gives, or the list of pairs of `first`."""
    for argument in grouped(operation, node):
        found = _of_many(facts, argument.value) if isinstance(argument, ast.Starred) else _of_branch(facts, argument)
        pairs = _under("1", list(found))
        yield from pairs if operation == "race" else _under("*", pairs)


def _of_mapped(facts: Facts, node: ast.Call) -> Iterator[Share]:
    for function in called_functions(facts, ast.Call(node.args[0], [], [])) if len(node.args) > 1 else ():
        done = effects(facts, function)
        names = [each.arg for each in function.parameters]
        if len(names) > 1 and names[1] in done.returns:
            yield from [replace(each, copied=True) for each in element(shares(facts, node.args[1]))]
        if function.owner is facts.function:
            yield from [Share((), name, (), copied=True) for name in sorted(done.gives) for _ in range(2)]


def _of_branch(facts: Facts, node: ast.expr) -> Iterator[Share]:
    """What the result of one branch shares."""
    match node:
        case ast.Call() if is_side_by_side(facts, node):
            yield from _results(facts, node)
        case ast.Call():
            for function in called_functions(facts, node):
                yield from _returned(facts, node, function, True)
        case ast.Name():
            for op in facts.flow.read_by(node):
                if op.value is not None and op.value is not node:
                    yield from _of_branch(facts, op.value)
        case ast.IfExp():
            yield from _of_branch(facts, node.body)
            yield from _of_branch(facts, node.orelse)
        case _:
            return


def _of_many(facts: Facts, node: ast.expr) -> Iterator[Share]:
    """What any result of a list of calls shares; twice where several calls may get the same object."""
    match node:
        case ast.ListComp() | ast.GeneratorExp():
            for each in _of_branch(facts, node.elt):
                yield from [each] if "#" in each.name else [each, each]
        case ast.List() | ast.Tuple():
            for item in node.elts:
                held = item.value if isinstance(item, ast.Starred) else None
                yield from _of_many(facts, held) if held is not None else _of_branch(facts, item)
        case ast.Name(id=name):
            for op in facts.flow.read_by(node):
                if op.value is not None and op.value is not node:
                    yield from _of_many(facts, op.value)
            for item in put_into(facts, name):
                for each in _of_branch(facts, item):
                    yield from (each, each)
        case _:
            return


def put_into(facts: Facts, name: str) -> Iterator[ast.expr]:
    """What the function appends to a list."""
    for node in facts.nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=found), attr="append"), args=[held]) if found == name:
                yield held
            case _:
                pass


def copies(facts: Facts, function: Function) -> bool:
    """Whether what ``function`` returns may have come out of a gather of its own, and so be another object."""
    known = facts.program.copying
    if function not in known:
        known[function] = False  # a recursive call counts as copying nothing more
        inside_it = Facts(facts.program, function, SYNC)
        known[function] = any(
            isinstance(node, ast.Call) and is_side_by_side(inside_it, node) and next(_results(inside_it, node), None)
            for node in inside_it.nodes
        )
    return known[function]


def _constructed(facts: Facts, node: ast.Call, klass: Klass) -> Iterator[Share]:
    fields = [
        each.target.id
        for each in (klass.node.body if klass.node else ())
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)
    ]
    for number, argument in enumerate(node.args):
        value = argument.value if isinstance(argument, ast.Starred) else argument
        yield from _under(fields[number] if number < len(fields) else "*", shares(facts, value))
    for keyword in node.keywords:
        yield from _under(keyword.arg or "*", shares(facts, keyword.value))


def _method(facts: Facts, node: ast.Call, func: ast.Attribute) -> Iterator[Share]:
    found = shares(facts, func.value)
    match func.attr:
        case "get" | "setdefault":
            yield from element(found, _first_key(node))
            for argument in node.args[1:2]:
                yield from shares(facts, argument)
        case "pop" | "popleft":
            yield from [Share((), each.name, (*each.path, "*"), moved=True) for each in found if not each.at]
        case "copy" | "values" | "keys":
            yield from inside(found)
        case "items":
            yield from _under("*", inside(found))
        case _:
            for method in facts.methods(node)[:1]:
                first = next(iter(method.parameters), None)
                if first is not None and first.arg in effects(facts, method).returns:
                    yield from [Share((), each.name, (*each.path, "*")) for each in found if not each.at]


def repeats(facts: Facts, node: ast.expr | None) -> bool:
    """Whether all elements of a new value may be one object: `[[0]] * 3`, `dict.fromkeys(keys, [])`."""
    match node:
        case ast.BinOp(op=ast.Mult(), left=left, right=right):
            return any(_holds_mutable(facts, side) for side in (left, right))
        case ast.Call(args=[_, value]) if facts.dotted(node.func) == "dict.fromkeys":
            return not facts.kind(value).immutable
        case _:
            return False


def _holds_mutable(facts: Facts, node: ast.expr) -> bool:
    return isinstance(node, ast.List | ast.Tuple) and any(not facts.kind(each).immutable for each in node.elts)


def _first_key(node: ast.Call) -> str:
    """The key of `d.get("k")` where it is written out."""
    match node.args:
        case [ast.Constant(value=str(key)), *_]:
            return key
        case _:
            return "*"


def appended(facts: Facts, node: ast.Call) -> Iterator[tuple[tuple[ast.Name, Path], list[Share]]]:
    """What a call puts into another value: the place of that value, and what it now shares."""
    yield from _kept(facts, node)
    if not isinstance(node.func, ast.Attribute):
        return
    place = path_of(node.func.value)
    if place is None or facts.kind(node.func.value).tag in ("context", "log", "record", "str"):
        return
    match node.func.attr:
        case "append" | "appendleft" | "add" if node.args:
            yield place, _under("*", shares(facts, node.args[0]))
        case "insert" | "setdefault" if len(node.args) == 2:
            yield place, _under("*", shares(facts, node.args[1]))
        case "extend" | "update" if node.args:
            yield place, inside(shares(facts, node.args[0]))
        case _:
            return


def _kept(facts: Facts, node: ast.Call) -> Iterator[tuple[tuple[ast.Name, Path], list[Share]]]:
    """What a function of the program stores of one argument in another: `def keep(d, xs): d["x"] = xs`."""
    for function in [*called_functions(facts, node), *facts.methods(node)]:
        arguments = dict(_arguments(facts, node, function))
        for holder, held in sorted(keeping(facts, function)):
            place = path_of(arguments[holder]) if holder in arguments else None
            if place is not None and held in arguments:
                yield place, _under("*", shares(facts, arguments[held]))


def _arguments(facts: Facts, node: ast.Call, function: Function) -> Iterator[tuple[str, ast.expr]]:
    first = next(iter(function.parameters), None)
    if isinstance(node.func, ast.Attribute) and first is not None and facts.methods(node):
        yield first.arg, node.func.value
        yield from bound(function, node, skip=1)
    else:
        yield from bound(function, node)


def keeping(facts: Facts, function: Function) -> frozenset[tuple[str, str]]:
    """Pairs of parameters: the first may hold something of the second after a call of ``function``."""
    known = facts.program.keeping
    if function not in known:
        known[function] = frozenset()  # a recursive call counts as keeping nothing more
        known[function] = frozenset(_keeping(Facts(facts.program, function, SYNC)))
    return known[function]


def _keeping(facts: Facts) -> Iterator[tuple[str, str]]:
    held = origins(facts, {each.arg for each in facts.function.parameters})
    for node in facts.nodes:
        for (root, _), found in _stores(facts, node):
            for share in found:
                for holder in held.get(root.id, ()):
                    yield from ((holder, kept) for kept in held.get(share.name, ()) if kept != holder)


def _stores(facts: Facts, node: ast.AST) -> Iterator[tuple[tuple[ast.Name, Path], list[Share]]]:
    """Where a statement or call of a function puts what."""
    match node:
        case ast.Assign():
            for target in node.targets:
                place = path_of(target) if isinstance(target, ast.Subscript | ast.Attribute) else None
                if place is not None:
                    yield place, shares(facts, node.value)
        case ast.Call():
            yield from appended(facts, node)
        case _:
            return
