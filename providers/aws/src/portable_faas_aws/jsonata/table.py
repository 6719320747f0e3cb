"""One entry per builtin or method that has an equal: the types it takes, its JSONata, its guard and its result.

The documentation (`reference`) and the tests of each entry are made from the same entries.
"""

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from portable_faas.syntax import parse
from portable_faas_aws.jsonata.code import Code, Literal, Variable
from portable_faas_aws.jsonata.guards import Guard, holds
from portable_faas_aws.jsonata.lowered import Lowered
from portable_faas_aws.jsonata.printing import text
from portable_faas_aws.jsonata.scope import Fresh, Scope
from portable_faas_aws.jsonata.types import Array, Float, Int, Map, Nothing, Object, Text, Type, describe

Template: TypeAlias = Callable[..., Code]
"""From the scope and the operands to JSONata."""


@dataclass(frozen=True)
class Kind:
    """What an entry takes in one place; ``sample`` is a type of that kind, for documentation and tests."""

    name: str
    sample: Type
    takes: Callable[[Lowered], bool]
    constant: int | str | None = None


def _is_literal(value: Lowered) -> bool:
    code = value.code
    return isinstance(code, Literal) and isinstance(code.value, str) and holds(Guard.EMPTY_PATTERN, code.value != "")


def _is_natural(value: Lowered) -> bool:
    code = value.code
    return isinstance(code, Literal) and type(code.value) is int and code.value >= 0


TEXT: Final = Kind("str", Text(), lambda value: isinstance(value.type, Text))
LITERAL: Final = Kind("non-empty constant str", Text(), _is_literal, ",")
NATURAL: Final = Kind("constant int from 0", Int(), _is_natural, 4)
INT: Final = Kind("int", Int(-1000, 1000), lambda value: isinstance(value.type, Int))
NUMBER: Final = Kind("float", Float(), lambda value: isinstance(value.type, Int | Float))
LIST: Final = Kind("list", Array(Array(Int())), lambda value: isinstance(value.type, Array))
INTS: Final = Kind(
    "list[int]",
    Array(Int()),
    lambda value: isinstance(value.type, Array) and isinstance(value.type.item, Int | Nothing),
)
TEXTS: Final = Kind(
    "list[str]",
    Array(Text()),
    lambda value: isinstance(value.type, Array) and isinstance(value.type.item, Text | Nothing),
)
MAP: Final = Kind("dict[str, T]", Map(Int()), lambda value: isinstance(value.type, Map))
DICT: Final = Kind("dict", Map(Int()), lambda value: isinstance(value.type, Map | Object))
ITEM: Final = Kind("item", Array(Int()), lambda _: True)
ANY: Final = Kind("T", Int(), lambda _: True)


@dataclass(frozen=True)
class Entry:
    """A call in Python, such as ``s.startswith(p)``; ``takes`` says what each of its names may be."""

    python: str
    takes: Mapping[str, Kind]
    template: Template
    result: Callable[..., Type]
    guard: Callable[..., Code | None] | None = None
    rule: Guard | None = None
    check: Callable[..., str | None] | None = None
    call: ast.Call = field(init=False)

    def __post_init__(self) -> None:
        node = parse(self.python, mode="eval").body
        assert isinstance(node, ast.Call)
        object.__setattr__(self, "call", node)

    @property
    def key(self) -> "Key":
        """What a call must look like for this entry."""
        return key_of(self.call)

    def accepts(self, values: list[Lowered]) -> bool:
        """Whether the operands are of the kinds that it takes."""
        return all(
            holds(Guard.TAKES, kind.takes(value)) for kind, value in zip(self.takes.values(), values, strict=True)
        )


Key: TypeAlias = tuple[str, bool, int, tuple[str | None, ...]]


def key_of(node: ast.Call) -> Key:
    """The name of what is called, whether it is a method, and the form of its arguments."""
    is_method = isinstance(node.func, ast.Attribute)
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name, is_method, len(node.args), tuple(each.arg for each in node.keywords)


def operands(node: ast.Call) -> list[ast.expr]:
    """The receiver and the arguments of a call, in their order."""
    receiver = [node.func.value] if isinstance(node.func, ast.Attribute) else []
    return [*receiver, *node.args, *(each.value for each in node.keywords)]


def by_key(entries: Iterable[Entry]) -> dict[Key, list[Entry]]:
    """The entries by what a call must look like; the first that accepts the operands is taken."""
    found: dict[Key, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.key, []).append(entry)
    return found


def reference(entries: Iterable[Entry]) -> str:
    """The entries as a Markdown table."""
    lines = ["| Python | where | JSONata | only if |", "| --- | --- | --- | --- |"]
    lines += [_line(entry) for entry in entries]
    return "\n".join(lines) + "\n"


def _line(entry: Entry) -> str:
    where = ", ".join(f"`{name}`: {kind.name}" for name, kind in entry.takes.items())
    values = [_sample(name, kind) for name, kind in entry.takes.items()]
    fresh = Fresh(frozenset(entry.takes))
    scope = Scope({}, _no_visit, fresh, {})
    code = text(entry.template(scope, *values))
    guard = entry.guard(scope, *values) if entry.guard is not None else None
    shown = [f"`{entry.python}`", where, f"`{code}`", "always" if guard is None else f"`{text(guard)}`"]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in shown) + " |"


def _no_visit(_: Scope, node: ast.expr) -> Lowered:
    raise AssertionError(f"a template lowers nothing, but {ast.dump(node)} was asked for")


def _sample(name: str, kind: Kind) -> Lowered:
    code = Variable(name) if kind.constant is None else Literal(kind.constant)
    return Lowered(code, kind.sample)


def shown_types(values: list[Lowered]) -> str:
    """The types of operands, for a message."""
    return ", ".join(describe(value.type) for value in values)
