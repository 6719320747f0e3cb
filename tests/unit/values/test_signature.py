"""Arguments bind as in Python, with its wording, and cross by their annotations."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portable_faas.errors import NotPortable
from portable_faas.values import Signature, dumps, loads


@dataclass
class Order:
    id: int


def none() -> None: ...
def one(a: int) -> int:
    return a


def two(a: int, b: str = "b") -> str:
    return f"{a}{b}"


def three(a: int, b: int, c: int) -> list[int]:
    return [a, b, c]


def only(a: int, b: int = 2, /, c: int = 3, *, d: int, e: int = 5) -> tuple[int, ...]:
    return (a, b, c, d, e)


def positional(a: int, b: int, /) -> tuple[int, ...]:
    return (a, b)


def keyword(*, k: int, m: int) -> int:
    return k - m


def keyword_default(a: int, *, k: int = 1) -> int:
    return a + k


def untyped(a, b=None):  # type: ignore[no-untyped-def]
    return [a, b]


async def orchestrator(ctx: "Nowhere", order: Order) -> int:  # type: ignore[name-defined]  # noqa: F821
    return order.id


FUNCTIONS: list[Callable[..., Any]] = [none, one, two, three, only, positional, keyword, keyword_default, untyped]


def outcome(fn: Callable[..., Any], args: list[int], kwargs: dict[str, int]) -> tuple[Any, str]:
    try:
        return fn(*args, **kwargs), ""
    except TypeError as error:
        return None, str(error)


@given(
    st.sampled_from(FUNCTIONS),
    st.lists(st.just(1), max_size=5),
    st.dictionaries(st.sampled_from("abcdekmz"), st.just(1), max_size=4),
)
def test_binding_is_pythons_own(fn: Callable[..., Any], args: list[int], kwargs: dict[str, int]) -> None:
    signature = Signature.of(fn, 0)
    expected, wording = outcome(fn, args, kwargs)
    if wording:
        with pytest.raises(TypeError) as caught:
            signature.encode_args(tuple(args), kwargs)
        assert str(caught.value) == wording
        return
    if fn is two and (len(args) > 1 or "b" in kwargs):
        with pytest.raises(NotPortable):
            signature.encode_args(tuple(args), kwargs)
        return
    wire = loads(dumps(signature.encode_args(tuple(args), kwargs)))
    assert signature.call(fn, (), wire) == expected


def test_defaults_are_the_receivers() -> None:
    assert Signature.of(two, 0).encode_args((1,), {}) == {"a": 1}
    assert Signature.of(two, 0).decode_args({"a": 1}) == {"a": 1}


def test_names() -> None:
    assert Signature.of(only, 0).names == ("a", "b", "c", "d", "e")
    assert Signature.of(only, 1).names == ("b", "c", "d", "e")
    assert Signature.of(orchestrator, 1).names == ("order",)


def test_context_does_not_cross() -> None:
    def fn(ctx: object, a: int, /, b: int = 2) -> list[object]:
        return [ctx, a, b]

    signature = Signature.of(fn, 1)
    assert signature.encode_args((1,), {"b": 3}) == {"a": 1, "b": 3}
    assert signature.call(fn, ("ctx",), {"b": 3, "a": 1}) == ["ctx", 1, 3]


def test_input_and_result() -> None:
    signature = Signature.of(orchestrator, 1)
    assert signature.encode_input(Order(3)) == {"id": 3}
    assert signature.decode_input({"id": 3}) == Order(3)
    assert signature.encode_result(3) == 3
    assert repr(signature.decode_result(3.0)) == "3"
    with pytest.raises(NotPortable) as caught:
        signature.decode_input({"id": "3"})
    assert caught.value.path == "order.id"
    with pytest.raises(NotPortable) as caught:
        signature.encode_result("3")
    assert caught.value.path == "result"


def test_no_input() -> None:
    for attempt in (Signature.of(none, 0).encode_input, Signature.of(none, 0).decode_input):
        with pytest.raises(TypeError, match=r"none\(\) takes 0 inputs, not 1"):
            attempt(None)


def test_unannotated_is_plain_json() -> None:
    signature = Signature.of(untyped, 0)
    assert signature.encode_args(({"x": [1]},), {}) == {"a": {"x": [1]}}
    with pytest.raises(NotPortable) as caught:
        signature.encode_args(([(1,)],), {})
    assert caught.value.path == "a[0]"
    assert signature.encode_result([1, None]) == [1, None]


@pytest.mark.parametrize(
    ("wire", "path"),
    [([], "arguments"), ({}, "a"), ({"a": 1, "z": 1}, "z"), ({"a": "1"}, "a"), ({"a": 1, "b": 2}, "b")],
)
def test_wrong_wire_arguments(wire: object, path: str) -> None:
    with pytest.raises(NotPortable) as caught:
        Signature.of(two, 0).decode_args(wire)
    assert caught.value.path == path


def test_local_classes_resolve_through_the_closure() -> None:
    @dataclass
    class Local:
        a: int

    def fn(value: "Local") -> "Local":
        return Local(value.a)

    signature = Signature.of(fn, 0)
    assert signature.decode_args(signature.encode_args((Local(1),), {})) == {"value": Local(1)}


def test_what_cannot_cross_is_named() -> None:
    def unknown(a: "Missing") -> None: ...  # type: ignore[name-defined]  # noqa: F821
    def stars(*args: int) -> None: ...
    def keywords(**kwargs: int) -> None: ...
    def sets(a: int, b: set[int]) -> None: ...
    def result() -> set[int]: ...  # type: ignore[empty-body]

    prefix = r"^test_what_cannot_cross_is_named\.<locals>\."
    cases: list[tuple[Callable[..., Any], str]] = [
        (unknown, r"unknown\(\): parameter a: 'Missing' cannot cross: its annotation 'Missing' cannot be resolved"),
        (stars, r"stars\(\) takes \*args or \*\*kwargs, which cannot cross; name each parameter"),
        (keywords, r"keywords\(\) takes \*args or \*\*kwargs"),
        (sets, r"sets\(\): parameter b: set\[int\] cannot cross: set\[int\] is not portable; write list\[int\]"),
        (result, r"result\(\): the result: set\[int\] cannot cross"),
    ]
    for fn, text in cases:
        with pytest.raises(TypeError, match=prefix + text):
            Signature.of(fn, 0)
    with pytest.raises(TypeError, match=r"takes the context as its first parameter; add ctx: Context"):
        Signature.of(none, 1)


def test_import_is_light() -> None:
    heavy = ("inspect", "dataclasses", "asyncio", "logging", "decimal", "uuid", "pydantic", "threading", "base64")
    code = (
        "import sys; import portable_faas.values as v;"
        "v.Signature.of(lambda a: a, 0).encode_args((1,), {}); v.rebuild(v.capture(KeyError('a')));"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_equal_calls_have_one_wire_form() -> None:
    def call(a: int, b: int = 0, *, c: int = 0) -> None: ...

    signature = Signature.of(call, skip=0)
    first = dumps(signature.encode_args((1,), {"c": 3, "b": 2}))
    assert first == dumps(signature.encode_args((), {"b": 2, "c": 3, "a": 1})) == '{"a":1,"b":2,"c":3}'
