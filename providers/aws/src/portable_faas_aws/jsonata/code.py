"""A JSONata expression as a tree: what is built, printed and substituted, never edited as text.

`Binary("-", Variable("a"), Binary("-", Variable("b"), Literal(1)))` prints as `$a - ($b - 1)`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant: null, a boolean, a number or a string."""

    value: bool | int | float | str | None


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable:
    """``$name``."""

    name: str


@dataclass(frozen=True, slots=True)
class Path:
    """A field of an object that has it."""

    base: "Code"
    key: str


@dataclass(frozen=True, slots=True)
class Index:
    """An element of an array that has it; a negative index counts from the end."""

    base: "Code"
    index: "Code"


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function of JSONata, named without ``$``."""

    function: str
    arguments: tuple["Code", ...]


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two operands."""

    operator: str
    left: "Code"
    right: "Code"


@dataclass(frozen=True, slots=True)
class Conditional:
    """``test ? then : otherwise``; only one of the two is evaluated."""

    test: "Code"
    then: "Code"
    otherwise: "Code"


@dataclass(frozen=True, slots=True)
class Function:
    """A function value; its parameters hide outer variables."""

    parameters: tuple[str, ...]
    body: "Code"


@dataclass(frozen=True, slots=True)
class List:
    """An array; an item that may be an array itself stands in a ``Whole``."""

    items: tuple["Code", ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """An array as one item of a ``List``: JSONata splices an array unless brackets stand around it in the text."""

    value: "Code"


@dataclass(frozen=True, slots=True)
class Sequence:
    """The result of a function that gives a sequence, as an array: none is ``[]``, one is an array of one."""

    value: "Code"


@dataclass(frozen=True, slots=True)
class Range:
    """The integers from first to last, both included, as an array."""

    first: "Code"
    last: "Code"


@dataclass(frozen=True, slots=True)
class Record:
    """An object; a key is any expression that gives a string."""

    fields: tuple[tuple["Code", "Code"], ...]


@dataclass(frozen=True, slots=True)
class Block:
    """``($a := ...; $b := ...; result)``; each binding sees the ones before it."""

    bindings: tuple[tuple[str, "Code"], ...]
    result: "Code"


Code: TypeAlias = (
    Literal
    | Pattern
    | Variable
    | Path
    | Index
    | Call
    | Binary
    | Conditional
    | Function
    | List
    | Whole
    | Sequence
    | Range
    | Record
    | Block
)

NULL: Final = Literal(None)
TRUE: Final = Literal(True)
FALSE: Final = Literal(False)
ZERO: Final = Literal(0)


def call(function: str, *arguments: Code) -> Call:
    """A call of a function of JSONata."""
    return Call(function, arguments)


def both(one: Code | None, other: Code | None) -> Code | None:
    """Both conditions, the second evaluated only where the first holds; None is a condition that always holds."""
    return other if one is None else one if other is None or one == other else Conditional(one, other, FALSE)


def is_atom(code: Code) -> bool:
    """Whether writing the code twice costs nothing: a constant, a variable or a path from one."""
    while isinstance(code, Path):
        code = code.base
    return isinstance(code, Variable | Literal)


def children(code: Code) -> tuple[Code, ...]:
    """The expressions directly inside."""
    return _CHILDREN[code.__class__](code)


def walk(code: Code) -> Iterator[Code]:
    """The code and everything inside it."""
    pending = [code]
    while pending:
        each = pending.pop()
        yield each
        pending.extend(children(each))


def rebuilt(code: Code, change: Callable[[Code], Code]) -> Code:
    """The same node with each expression directly inside changed."""
    return _REBUILT[code.__class__](code, change)


def free_variables(code: Code) -> frozenset[str]:
    """The variables that the code takes from around it."""
    if isinstance(code, Variable):
        return frozenset((code.name,))
    if isinstance(code, Function):
        return free_variables(code.body) - set(code.parameters)
    if isinstance(code, Block):
        found = free_variables(code.result)
        for name, value in reversed(code.bindings):
            found = (found - {name}) | free_variables(value)
        return found
    return frozenset().union(*map(free_variables, children(code)))


def substitute(code: Code, values: Mapping[str, Code]) -> Code:
    """The code with free variables replaced; a local variable that would catch one of theirs gets another name."""
    if not values:
        return code
    if isinstance(code, Variable):
        return values.get(code.name, code)
    if isinstance(code, Function):
        return _in_function(code, values)
    if isinstance(code, Block):
        return _in_block(code, values)
    return rebuilt(code, lambda inner: substitute(inner, values))


def _caught(values: Mapping[str, Code], within: frozenset[str]) -> frozenset[str]:
    """The free variables of what will be put into code with these free variables."""
    return frozenset().union(*(free_variables(value) for name, value in values.items() if name in within))


def _another(name: str, taken: frozenset[str]) -> str:
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"


def _in_function(code: Function, values: Mapping[str, Code]) -> Code:
    free = free_variables(code.body)
    inner = {name: value for name, value in values.items() if name not in code.parameters}
    incoming = _caught(inner, free)
    parameters: list[str] = []
    for name in code.parameters:
        kept = name if name not in incoming else _another(name, incoming | free | {*code.parameters, *parameters})
        parameters.append(kept)
        if kept != name:
            inner[name] = Variable(kept)
    return Function(tuple(parameters), substitute(code.body, inner))


def _in_block(code: Block, values: Mapping[str, Code]) -> Code:
    inner = dict(values)
    bindings: list[tuple[str, Code]] = []
    for place, (name, value) in enumerate(code.bindings):
        bound = substitute(value, inner)
        inner.pop(name, None)
        rest = free_variables(Block(code.bindings[place + 1 :], code.result))
        incoming = _caught(inner, rest)
        kept = name if name not in incoming else _another(name, incoming | rest | {each for each, _ in bindings})
        if kept != name:
            inner[name] = Variable(kept)
        bindings.append((kept, bound))
    return Block(tuple(bindings), substitute(code.result, inner))


_CHILDREN: Final[dict[object, Callable[..., tuple[Code, ...]]]] = {
    Literal: lambda _: (),
    Pattern: lambda _: (),
    Variable: lambda _: (),
    Path: lambda code: (code.base,),
    Index: lambda code: (code.base, code.index),
    Call: lambda code: code.arguments,
    Binary: lambda code: (code.left, code.right),
    Conditional: lambda code: (code.test, code.then, code.otherwise),
    Function: lambda code: (code.body,),
    List: lambda code: code.items,
    Whole: lambda code: (code.value,),
    Sequence: lambda code: (code.value,),
    Range: lambda code: (code.first, code.last),
    Record: lambda code: tuple(part for field in code.fields for part in field),
    Block: lambda code: (*(value for _, value in code.bindings), code.result),
}

_REBUILT: Final[dict[object, Callable[..., Code]]] = {
    Literal: lambda code, _: code,
    Pattern: lambda code, _: code,
    Variable: lambda code, _: code,
    Path: lambda code, change: Path(change(code.base), code.key),
    Index: lambda code, change: Index(change(code.base), change(code.index)),
    Call: lambda code, change: Call(code.function, tuple(map(change, code.arguments))),
    Binary: lambda code, change: Binary(code.operator, change(code.left), change(code.right)),
    Conditional: lambda code, change: Conditional(change(code.test), change(code.then), change(code.otherwise)),
    Function: lambda code, change: Function(code.parameters, change(code.body)),
    List: lambda code, change: List(tuple(map(change, code.items))),
    Whole: lambda code, change: Whole(change(code.value)),
    Sequence: lambda code, change: Sequence(change(code.value)),
    Range: lambda code, change: Range(change(code.first), change(code.last)),
    Record: lambda code, change: Record(tuple((change(key), change(value)) for key, value in code.fields)),
    Block: lambda code, change: Block(
        tuple((name, change(value)) for name, value in code.bindings), change(code.result)
    ),
}
