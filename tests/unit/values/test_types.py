"""How records are rebuilt, how deep values may nest, and which annotations are refused."""

import enum
from dataclasses import InitVar, dataclass, field
from typing import (
    Any,
    ClassVar,
    Final,
    Generic,
    TypedDict,
    TypeVar,
)

import pytest
import typing_extensions

from portable_faas.errors import NotPortable
from portable_faas.values import decode, encode, portable
from tests.unit.values.samples import Box, Checked, LazyAlias, Line, Node, OwnInit, Point, Sealed

T = TypeVar("T")


@dataclass
class Doubled:
    a: int
    b: int = field(init=False)
    seen: ClassVar[int] = 0
    scale: InitVar[int] = 2

    def __post_init__(self, scale: int) -> None:
        self.b = self.a * scale
        self.a += 1


Json: Any = LazyAlias()


def test_fields_with_defaults_may_be_missing() -> None:
    assert decode(Line, {"price": 2, "item": "a"}) == Line("a", 2.0, 1)
    assert decode(Sealed, {"a": 1}) == Sealed(a=1)
    assert decode(Point, {"x": 1}) == Point(1)
    assert decode(OwnInit, {"text": "a"}).n == 3


def test_post_init_runs_but_what_crossed_wins() -> None:
    value = Doubled(2, scale=5)
    assert encode(Doubled, value) == {"a": 3, "b": 10}
    assert decode(Doubled, {"a": 3, "b": 10}) == value
    assert decode(Doubled, {"a": 3}).b == 6


def test_a_field_without_a_value() -> None:
    value = Doubled.__new__(Doubled)
    value.a = 1
    with pytest.raises(NotPortable) as caught:
        encode(Doubled, value)
    assert caught.value.path == "value.b"


def test_user_error_is_the_cause() -> None:
    with pytest.raises(NotPortable) as caught:
        decode(Checked, {"a": -1})
    assert isinstance(caught.value.__cause__, ValueError)


DEEP = "is nested more than 50 levels deep, or contains itself; flatten it, or refer to parts by key"


def nested(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize("tp", [object, list, Json, dict])
def test_cyclic_plain_values(tp: Any) -> None:
    array: list[object] = []
    array.append(array)
    cyclic: Any = {"a": array} if tp is dict else array
    with pytest.raises(NotPortable) as caught:
        encode(tp, cyclic, "v")
    assert (caught.value.path, caught.value.problem) == ("v", DEEP)


def test_cyclic_record() -> None:
    node = Node(1)
    node.next = node
    with pytest.raises(NotPortable) as caught:
        encode(Node, node, "v")
    assert (caught.value.path, caught.value.problem) == ("v", DEEP)


def test_depth_limit_is_exact_in_both_directions() -> None:
    assert decode(object, encode(object, nested(50))) == nested(50)
    for attempt in (encode, decode):
        for levels in (51, 300, 5000):
            with pytest.raises(NotPortable) as caught:
                attempt(object, nested(levels), "v")
            assert (caught.value.path, caught.value.problem) == ("v", DEEP)


@pytest.mark.parametrize(
    ("tp", "problem"),
    [
        (set[int], "set[int] is not portable; write list[int], since the order of a set differs between processes"),
        (frozenset, "frozenset is not portable; write list[T], since the order of a set differs between processes"),
        (bytearray, "bytearray is not portable; write bytes"),
        (dict[int, str], "dict[int, str] cannot cross, since JSON keys are text; write dict[str, str]"),
        (ValueError, "ValueError is not portable; raise it, or pass its text as str"),
        (
            tuple[int, *tuple[str, ...]],
            "tuple[int, tuple[str, ...]] has no fixed length; write tuple[T, ...], or a dataclass with a list",
        ),
        (complex, "complex is not portable; make it a dataclass, TypedDict or NamedTuple of portable fields"),
        (T, "T is not portable; name the type it stands for, such as Box[int]"),
        (Box, "field item of Box: T is not portable; name the type it stands for, such as Box[int]"),
        ("Nowhere", "the name 'Nowhere' cannot be resolved; define it at module level"),
        (
            list["Nowhere"],  # type: ignore[name-defined]  # noqa: F821
            "the name 'Nowhere' cannot be resolved; define it at module level",
        ),
        (3, "3 is not portable; write a portable type"),
    ],
    ids=repr,
)
def test_annotations_that_are_not_portable(tp: Any, problem: str) -> None:
    assert portable(tp) == problem
    with pytest.raises(TypeError, match="^" + problem.replace("[", r"\[").replace("(", r"\(")[:20]):
        encode(tp, None)


def test_classes_that_are_not_portable() -> None:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    @dataclass
    class Needs:
        a: InitVar[int]

    class Extended(Line):
        more: int

    class Empty(enum.Enum):
        pass

    class Odd(enum.Enum):
        A = (1, 2)

    @dataclass
    class Grows(Generic[T]):
        inner: "Grows[list[T]] | None"

    problems = {
        Needs: "Needs needs the InitVar a",
        Extended: "Extended adds fields to a dataclass but is none; decorate it with @dataclass",
        Empty: "has no members",
        Odd: "use str or int values",
        Grows[int]: "has no end",
        Sequence[int]: "write list[int]",
        Mapping[str, int]: "write dict[str, T]",
        Callable[[], int]: "between two awaits",
        Iterator[int]: "between two awaits",
    }
    for tp, problem in problems.items():
        assert problem in str(portable(tp)), tp


def test_a_class_inside_a_function_may_refer_to_itself() -> None:
    @dataclass
    class Local:
        v: int
        next: "Local | None" = None
        fixed: Final[int] = 3

    assert decode(Local, encode(Local, Local(1, Local(2)))) == Local(1, Local(2))


def test_read_only_keys() -> None:
    class Fixed(TypedDict):
        a: typing_extensions.ReadOnly[int]

    assert encode(Fixed, {"a": 1}) == {"a": 1}


def test_a_failed_type_leaves_no_broken_cache() -> None:
    @dataclass
    class Bad:
        me: "list[Bad]"
        wrong: set[int]

    for _ in range(2):
        assert "field wrong of" in str(portable(Bad))
        assert portable(list[Bad]) is not None
