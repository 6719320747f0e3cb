"""Records of every shape, shared by the tests of rules and of types."""

from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")


@dataclass
class Line:
    item: str
    price: float
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    a: int
    b: list[int] = field(default_factory=list)


@dataclass
class Checked:
    a: int

    def __post_init__(self) -> None:
        if self.a < 0:
            raise ValueError("a is negative")


@dataclass(init=False)
class OwnInit:
    text: str
    n: int = 3

    def __init__(self, words: list[str]) -> None:
        self.text = " ".join(words)


@dataclass
class Box(Generic[T]):
    item: T
    more: "list[T]" = field(default_factory=list)


@dataclass
class Node:
    value: int
    next: "Node | None" = None
    children: "list[Node]" = field(default_factory=list)


class Point(NamedTuple):
    x: int
    y: float = 0.0


class LazyAlias:
    """Stands for `type Json = ...` of Python 3.12, whose value is computed when it is asked for."""

    __type_params__ = ()
    __name__ = "Json"

    @property
    def __value__(self) -> Any:
        return bool | str | list[self] | dict[str, self] | None  # type: ignore[valid-type]
