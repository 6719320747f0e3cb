"""Classes of the values that the tests of packing keep; found by their module and name, as those of a program are."""

from dataclasses import dataclass, field
from enum import Enum, Flag, IntEnum, StrEnum
from typing import Any, NamedTuple


class Colour(Enum):
    RED = "red"
    BLUE = ("b", 2)


class Size(IntEnum):
    SMALL = 1
    LARGE = 2


class Word(StrEnum):
    YES = "yes"


class Right(Flag):
    READ = 1
    WRITE = 2


@dataclass
class Box:
    value: Any
    more: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: Any


class Pair(NamedTuple):
    one: Any
    two: Any


class Slotted:
    __slots__ = ("__dict__", "a", "b")

    def __init__(self) -> None:
        self.a = [1]
        self.extra = self.a


class Tags(list[Any]):
    pass


class Table(dict[Any, Any]):
    pass


class Refused(Exception):
    def __init__(self, reason: str, code: int) -> None:
        super().__init__(reason)
        self.code = code


class Stubborn:
    def __reduce_ex__(self, _protocol: object) -> Any:
        raise TypeError("stays here")


def make_made() -> "Made":
    return Made()


class Made:
    def __reduce_ex__(self, _protocol: object) -> Any:
        return make_made, ()
