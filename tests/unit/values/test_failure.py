"""Every exception comes back with its class, its text and what of it is portable."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import NamedTuple
from uuid import UUID

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portable_faas import errors
from portable_faas.values import Failure, capture, dumps, loads, rebuild, type_name


class Declined(Exception):
    pass


class Coded(Exception):
    def __init__(self, code: int, *, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


class Silent(Exception):
    def __init__(self, secret: object) -> None:
        self._hidden = secret

    def __str__(self) -> str:
        return f"silent {self._hidden!r}"


class Made(Exception):
    def __new__(cls, a: int, b: int) -> "Made":
        return super().__new__(cls, a + b)

    def __init__(self, a: int, b: int) -> None:
        super().__init__(a, b)


class Slotted(OSError):
    __slots__ = ("extra",)

    def __init__(self, extra: int) -> None:
        super().__init__(5, "slot")
        self.extra = extra


class Broken(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text")


@dataclass
class Recorded(Exception):
    order: int
    reason: str


@dataclass(frozen=True)
class Frozen(Exception):
    order: int


class Group(ExceptionGroup[Exception]):
    def __new__(cls, errors: list[Exception], code: int) -> "Group":
        self = super().__new__(cls, "custom", errors)
        self.code = code
        return self

    def __init__(self, errors: list[Exception], code: int) -> None:
        super().__init__("custom", errors)

    code: int


class Outer:
    class Inner(Exception):
        pass


class Colour(Enum):
    RED = "r"


class Point(NamedTuple):
    x: int
    at: datetime


@dataclass
class Line:
    item: str
    price: Decimal


def crossed(error: Exception) -> Exception:
    return rebuild(Failure.from_wire(loads(dumps(capture(error).to_wire()))))


def decode_error() -> UnicodeDecodeError:
    return UnicodeDecodeError("utf-8", b"\xff\xfe", 0, 1, "invalid start byte")


CASES = [
    ValueError("plain"),
    ValueError(),
    KeyError("id"),
    KeyError(("a", 1)),
    IndexError(3),
    OSError(2, "No such file", "/tmp/x"),
    FileNotFoundError(2, "No such file", "/tmp/x", None, "/tmp/y"),
    BlockingIOError(11, "again", 5),
    PermissionError("no grant"),
    TimeoutError(),
    decode_error(),
    UnicodeEncodeError("ascii", "é", 0, 1, "ordinal"),
    UnicodeTranslateError("é", 0, 1, "why"),
    StopIteration(5),
    StopAsyncIteration(),
    SyntaxError("bad", ("f.py", 1, 2, "x = ", 1, 3)),
    ImportError("cannot", name="shop", path="/x"),
    ModuleNotFoundError("No module", name="shop"),
    AttributeError("no x", name="x", obj=object()),
    NameError("no y", name="y"),
    ExceptionGroup("two", [ValueError("a"), Declined("b", 2)]),
    ExceptionGroup("deep", [ExceptionGroup("inner", [KeyError("k")])]),
    Group([ValueError("a")], 7),
    Declined("no funds"),
    Declined("a", 1, None, 2.5, True),
    Declined("x" * 9000),
    Declined("é" * 9000),
    Declined("lone \ud800"),
    Declined(object()),
    Declined("m", {1, 2}),
    Coded(4, detail="why"),
    Silent(3),
    Silent(object()),
    Made(1, 2),
    Slotted(9),
    Broken("quiet"),
    Recorded(3, "late"),
    Frozen(4),
    Outer.Inner("nested"),
    json.JSONDecodeError("bad", "doc", 1),
    errors.NotPortable("order.id", "NaN"),
    errors.ActivityError("shop.Gone", "gone"),
    errors.OrchestrationFailed("KeyError", "'id'"),
    errors.NonDeterminism(3, "a", "b"),
    errors.InstanceExists("x-1"),
    errors.ProviderNotFound("gcp", ["local"]),
    errors.CompileError([errors.Diagnostic("a.py", 1, 2, "PF001", "bad", "good")]),
]


@pytest.mark.parametrize("error", CASES, ids=lambda error: f"{type(error).__name__}-{str(error.args)[:20]!a}")
def test_class_and_text_come_back(error: Exception) -> None:
    failure = capture(error)
    back = crossed(error)
    assert str(back) == failure.message
    assert isinstance(back, type(error))
    assert type_name(type(back)) == type_name(type(error)) == failure.type
    again = crossed(back)
    assert (str(again), type_name(type(again))) == (failure.message, failure.type)


@pytest.mark.parametrize(
    "error",
    [case for case in CASES if not capture(case).dropped and len(str(case.args)) < 9000 and type(case) is not Broken],
    ids=lambda error: f"{type(error).__name__}-{str(error.args)[:20]!a}",
)
def test_arguments_and_attributes_come_back(error: Exception) -> None:
    back = crossed(error)
    assert repr(back.args) == repr(error.args)
    assert repr(vars(back)) == repr(vars(error))


@pytest.mark.parametrize(
    ("error", "names"),
    [
        (OSError(2, "No", "/f"), ("errno", "strerror", "filename")),
        (decode_error(), ("encoding", "object", "start", "end", "reason")),
        (StopIteration(5), ("value",)),
        (ImportError("m", name="n", path="p"), ("msg", "name", "path")),
        (SyntaxError("bad", ("f.py", 1, 2, "x = ", 1, 3)), ("msg", "filename", "lineno", "offset", "text")),
        (Slotted(9), ("extra", "errno")),
        (Coded(4, detail="why"), ("code", "detail")),
    ],
)
def test_slots_come_back(error: Exception, names: tuple[str, ...]) -> None:
    back = crossed(error)
    assert [getattr(back, name) for name in names] == [getattr(error, name) for name in names]


RICH = [
    None,
    Decimal("9.50"),
    datetime(2026, 1, 1, tzinfo=UTC),
    date(2026, 1, 1),
    timedelta(seconds=1.5),
    UUID(int=7),
    b"\x00\xff",
    (1, (2,), [3]),
    {"a": (1,), "$": "tuple"},
    {"$": 1},
    Colour.RED,
    Point(1, datetime(2026, 1, 1, tzinfo=UTC)),
    Line("pen", Decimal("1.0")),
    [Colour.RED, Line("a", Decimal(1))],
]


@pytest.mark.parametrize("value", RICH, ids=repr)
def test_rich_arguments_and_attributes(value: object) -> None:
    error = Declined("m", value)
    error.value = value  # type: ignore[attr-defined]
    back = crossed(error)
    assert back.args == ("m", value)
    assert vars(back) == {"value": value}
    assert type(back.args[1]) is type(value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text() | st.just("$"), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.lists(json_values, max_size=3), st.dictionaries(st.text().filter(lambda n: n[:2] != "__"), json_values))
def test_any_arguments_and_attributes(args: list[object], attributes: dict[str, object]) -> None:
    error = Declined(*args)
    vars(error).update(attributes)
    back = crossed(error)
    assert (type(back), back.args, vars(back)) == (Declined, tuple(args), attributes)


def test_notes_cross() -> None:
    error = ValueError("a")
    error.add_note("while charging")
    assert crossed(error).__notes__ == ["while charging"]


def test_what_is_dropped_is_reported() -> None:
    error = Declined("m", {1})
    error.handle = object()  # type: ignore[attr-defined]
    error.kept = 1  # type: ignore[attr-defined]
    failure = capture(error)
    assert failure.dropped == (
        "args[1]: a set may not cross as a portable value; pass sorted(...) as a list, "
        "since the order of a set differs between processes",
        "handle: an object may not cross as a portable value; pass what is declared, or declare what is passed",
    )
    back = crossed(error)
    assert back.args == (str(error),)
    assert vars(back)["kept"] == 1
    assert "handle" not in vars(back)


def test_cyclic_attribute_is_dropped() -> None:
    error = Declined("m")
    loop: list[object] = []
    loop.append(loop)
    error.loop = loop  # type: ignore[attr-defined]
    assert len(capture(error).dropped) == 1
    assert crossed(error).args == ("m",)


def test_error_that_contains_itself() -> None:
    error = Declined("m")
    error.me = error  # type: ignore[attr-defined]
    assert capture(error).dropped == ("me: an error that holds itself may not cross; leave it out",)
    assert crossed(error).args == ("m",)


def test_deep_attribute_is_dropped() -> None:
    error = Declined("m")
    deep: list[object] = []
    for _ in range(60):
        deep = [deep]
    error.deep = deep  # type: ignore[attr-defined]
    assert [text.split(";")[0] for text in capture(error).dropped] == [
        "deep: is nested more than 50 levels deep, or contains itself"
    ]


def test_long_message_is_cut_with_a_marker() -> None:
    for text in ("x" * 20_000, "é" * 20_000, "😀" * 20_000):
        failure = capture(ValueError(text))
        assert len(failure.message.encode()) <= 8192
        assert failure.message.endswith(" ... [cut at 8 KiB]")
        assert len(dumps(failure.to_wire()).encode()) < 17_000
    exact = capture(ValueError("x" * 8192))
    assert exact.message == "x" * 8192


def test_local_class_becomes_activity_error() -> None:
    class Local(Exception):
        pass

    back = crossed(Local("here"))
    assert type(back) is errors.ActivityError
    assert back.error_type.endswith("test_local_class_becomes_activity_error.<locals>.Local")
    assert str(back) == back.message == "here"


@pytest.mark.parametrize(
    "name",
    [
        "no.such.Module",
        "json.dumps",
        "builtins.KeyboardInterrupt",
        "SystemExit",
        "int",
        "",
        ".",
        "a..b",
        "GeneratorExit",
    ],
)
def test_what_is_no_exception_class_becomes_activity_error(name: str) -> None:
    back = rebuild(Failure(name, "text"))
    assert type(back) is errors.ActivityError
    assert (back.error_type, str(back)) == (name, "text")


def test_foreign_exception_that_cannot_be_rebuilt_becomes_activity_error() -> None:
    class Strict(pydantic.BaseModel):
        x: int

    with pytest.raises(pydantic.ValidationError) as caught:
        Strict.model_validate({"x": "no"})
    failure = capture(caught.value)
    back = rebuild(failure)
    assert type(back) is errors.ActivityError
    assert back.error_type == "pydantic_core._pydantic_core.ValidationError"
    assert str(back) == failure.message


def test_class_that_forbids_subclasses_becomes_activity_error() -> None:
    back = crossed(Sealed(object()))
    assert type(back) is errors.ActivityError
    assert str(back).startswith("sealed <object")


class Sealed(Exception):
    def __init__(self, secret: object) -> None:
        self._secret = secret

    def __init_subclass__(cls) -> None:
        raise TypeError("sealed")

    def __str__(self) -> str:
        return f"sealed {self._secret!r}"


@pytest.mark.parametrize("error", [SystemExit(1), KeyboardInterrupt(), GeneratorExit()])
def test_what_ends_a_process_is_not_captured(error: BaseException) -> None:
    with pytest.raises(TypeError, match="is no Exception; report it as ActivityCrashed"):
        capture(error)


@pytest.mark.parametrize("wire", [None, 3, [], {}, {"type": "X"}, {"type": 1, "message": "m"}])
def test_what_is_no_failure(wire: object) -> None:
    with pytest.raises(ValueError, match="a failure is an object"):
        Failure.from_wire(wire)


def test_init_is_not_called() -> None:
    back = crossed(Coded(1, detail="d"))
    assert type(back) is Coded
    assert (back.args, back.code, back.detail) == (("1: d",), 1, "d")
