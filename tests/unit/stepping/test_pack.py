"""What an orchestrator holds is packed and unpacked as it was: classes, values, sharing, cycles."""

import bisect
import collections
import contextlib
import datetime
import decimal
import math
import pathlib
import re
import threading
import uuid
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portable_faas.context import Context
from portable_faas.context.calls import ActivityCall
from portable_faas.errors import NotPortable
from portable_faas.stepping import Awaiting, Flows, Held, Returned, Stack, pack, pack_value, unpack, unpack_value
from portable_faas.values import Failure, rebuild
from tests.aws.driving import run
from tests.aws.small import flows, load, main
from tests.unit.stepping.kinds import (
    Box,
    Colour,
    Made,
    Pair,
    Point,
    Refused,
    Right,
    Size,
    Slotted,
    Stubborn,
    Table,
    Tags,
    Word,
)

NONE = Flows([])
UTC = datetime.UTC
ATOMS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=10**40),
    st.floats(),
    st.text(),
    st.text(st.characters(categories=["Cs", "Ll"])),
    st.binary(),
    st.sampled_from([Colour.RED, Colour.BLUE, Size.LARGE, Word.YES, Right.READ | Right.WRITE]),
    st.decimals(allow_nan=False),
    st.dates(),
    st.datetimes(timezones=st.sampled_from([None, UTC, datetime.timezone(datetime.timedelta(hours=-3))])),
    st.timedeltas(),
    st.uuids(),
    st.complex_numbers(allow_nan=False),
    st.sampled_from([range(3), range(9, 1, -2), pathlib.PurePosixPath("a/b"), Ellipsis, int, Colour, len, math.floor]),
    st.frozensets(st.integers()),
)


def again(value: Any, loaded: Flows = NONE) -> Any:
    """``value``, packed and unpacked."""
    return unpack_value(loaded, run(), pack_value(loaded, value))


class Same:
    """Compares two graphs of objects: the same classes and values, and what was one object is one object."""

    def __init__(self) -> None:
        self.pairs: dict[int, Any] = {}
        self.found: dict[int, Any] = {}
        self.alive: list[Any] = []

    def __call__(self, one: Any, other: Any) -> bool:
        if type(one) is not type(other):
            return False
        if isinstance(one, float):
            return one.hex() == float.hex(other)
        if isinstance(one, (list, dict, set, Box, collections.deque)):
            if id(one) in self.pairs or id(other) in self.found:
                return self.pairs.get(id(one)) is other and bool(self.found.get(id(other)) is one)
            self.pairs[id(one)], self.found[id(other)] = other, one
        parts, others = self.parts(one), self.parts(other)
        if parts is None or others is None:
            return bool(one == other)
        self.alive += [parts, others]
        return len(parts) == len(others) and all(map(self, parts, others))

    def parts(self, value: Any) -> list[Any] | None:
        if isinstance(value, dict):
            return [part for item in value.items() for part in item]
        if isinstance(value, (list, tuple, collections.deque)):
            return list(value)
        if isinstance(value, Box):
            return [value.value, value.more]
        return [value.x, value.y] if isinstance(value, Point) else None


CONTAINERS: list[Callable[[list[Any]], Any]] = [
    list,
    tuple,
    Tags,
    collections.deque,
    lambda parts: Box(parts, parts),
    lambda parts: Box(*parts[:1] or [None]),
    lambda parts: Pair(parts, parts[:1]),
    lambda parts: Point(1, tuple(parts)),
    lambda parts: {f"k{at}": part for at, part in enumerate(parts)},
    lambda parts: {at or None: part for at, part in enumerate(parts)},
    lambda parts: Table({"$": parts, "\n": 1, ("a", 1): tuple(parts)}),
]


@st.composite
def graphs(draw: st.DrawFn) -> list[Any]:
    """Objects that hold each other in any way, cycles through lists, dicts and dataclasses included."""
    nodes: list[Any] = draw(st.lists(ATOMS, min_size=1, max_size=5))
    for _ in range(draw(st.integers(0, 8))):
        parts = draw(st.lists(st.sampled_from(range(len(nodes))), max_size=3))
        nodes.append(draw(st.sampled_from(CONTAINERS))([nodes[at] for at in parts]))
    for node in list(nodes):
        back = nodes[draw(st.integers(0, len(nodes) - 1))]
        if draw(st.booleans()) and (type(node) is Box or type(back) not in (tuple, Pair, Point)):
            _hold(node, back)
    return nodes


def _hold(node: Any, back: Any) -> None:
    """Make ``node`` hold ``back`` where a cycle can be: nothing that is made from its parts may be on it."""
    if type(node) is list and type(back) is list:
        node.append(back)
    elif type(node) is dict:
        node["back"] = back if type(back) in (list, dict) and not _reaches_made(back, set()) else None
    elif type(node) is Box and not _reaches_made(back, set()):
        node.more = [back]


def _reaches_made(value: Any, seen: set[int]) -> bool:
    """Whether a tuple, a named tuple or the like can be reached, which would be made from what holds it."""
    if id(value) in seen:
        return False
    seen.add(id(value))
    if isinstance(value, (tuple, Point, frozenset)):
        return True
    parts = Same().parts(value) or []
    return any(_reaches_made(part, seen) for part in parts)


def _cycle_through_made(value: Any, path: tuple[int, ...] = (), made: tuple[bool, ...] = ()) -> bool:
    if id(value) in path:
        return any(made[path.index(id(value)) :])
    parts = Same().parts(value) or []
    is_made = isinstance(value, (tuple, Point))
    return any(_cycle_through_made(part, (*path, id(value)), (*made, is_made)) for part in parts)


@given(graphs())
def test_any_graph_comes_back_as_it_was(nodes: list[Any]) -> None:
    try:
        back = again(nodes)
    except (TypeError, RecursionError):
        assert _cycle_through_made(nodes)  # such a value can be made only where a list of the cycle comes first
        return
    assert Same()(nodes, back)


@given(ATOMS)
def test_any_value_keeps_its_class(value: Any) -> None:
    assert Same()(value, again(value))


@pytest.mark.parametrize(
    "value",
    [
        -0.0,
        math.nan,
        math.inf,
        10**5000,
        -(2**8192),
        "\ud800 and \U0001f600",
        {"\ud800": 1, "\x00": 2, "\u2028": 3, "$": 4, "é": 5},
        {1: "a", (1, 2): "b", None: "c", Colour.RED: "d", b"x": "e", "1": "f"},
        {1, "a", None},
        collections.OrderedDict(b=1, a=2),
        collections.Counter("abca"),
        decimal.Decimal("NaN"),
        uuid.UUID(int=5),
        re.ASCII | re.DOTALL,
        bytearray(b"ab"),
        list[int],
    ],
    ids=lambda value: type(value).__name__,
)
def test_special_values(value: Any) -> None:
    found = again(value)
    assert type(found) is type(value)
    assert found == value or repr(found) == repr(value)


def test_sharing_of_what_has_no_form_of_its_own() -> None:
    slotted, table = Slotted(), collections.defaultdict(list, a=[1])
    one, other, same = again([slotted, table, slotted])
    assert one is same
    assert one.a is one.extra
    assert not hasattr(one, "b")
    other["b"].append(1)
    assert other == {"a": [1], "b": [1]}


def test_a_method_and_a_list_that_it_fills() -> None:
    rows: list[int] = []
    found, add = again([rows, rows.append])
    add(3)
    assert found == [3]


def iterators(items: list[int]) -> dict[str, Iterator[Any]]:
    by_key = dict.fromkeys(items, 1)
    return {
        "list": iter(items),
        "tuple": iter(tuple(items)),
        "range": iter(range(len(items))),
        "text": iter("".join(map(chr, items))),
        "reversed": reversed(items),
        "enumerate": enumerate(items, 5),
        "zip": zip(items, items, strict=False),
        "dict": iter(by_key),
        "items": iter(by_key.items()),
        "map": map(str, items),
        "filter": filter(None, items),
    }


@pytest.mark.parametrize("kind", iterators([]))
@pytest.mark.parametrize("size", [0, 1, 4])
def test_an_iterator_goes_on_where_it_was(kind: str, size: int) -> None:
    items = [8, 3, 9, 4][:size]
    for taken in range(size + 2):
        kept, other = iterators(items)[kind], iterators(items)[kind]
        for _ in range(taken):
            assert next(kept, None) == next(other, None)
        assert list(again(kept)) == list(other)


def test_an_iterator_and_its_list_stay_together() -> None:
    items = [1, 2]
    kept = iter(items)
    next(kept)
    found, left = again([items, kept])
    found.append(3)
    assert list(left) == [2, 3]


def test_exceptions_keep_class_arguments_and_attributes() -> None:
    error = Refused("no", 3)
    first, second, (nested,) = again([error, error, (KeyError("k"),)])
    assert first is second
    assert (type(first), str(first), first.code) == (Refused, "no", 3)
    assert (type(nested), nested.args) == (KeyError, ("k",))


def test_exceptions_are_kept_whole() -> None:
    error = Refused("x" * 10_000, 3)
    seen = error.seen = {1, 2}  # type: ignore[attr-defined]
    error.add_note("a note")
    error.__cause__ = OSError(2, "gone", "file")
    error.args = (*error.args, error)
    group, same = again([ExceptionGroup("all", [error, KeyError("k")]), seen])
    kept = group.exceptions[0]
    assert group.message == "all"
    assert kept.args == ("x" * 10_000, kept)
    assert kept.seen is same
    assert (kept.code, kept.__notes__, str(kept.__cause__)) == (3, ["a note"], str(error.__cause__))


def test_a_text_that_the_class_would_not_give_is_kept() -> None:
    rebuilt = rebuild(Failure("tests.unit.stepping.kinds.Refused", "another text", ["no"]))
    kept = again(rebuilt)
    assert (str(kept), type(kept)) == ("another text", type(rebuilt))


def test_what_an_attribute_error_asked_is_left_out_where_it_cannot_be_kept() -> None:
    with pytest.raises(AttributeError) as raised:
        (each for each in [1]).gone  # type: ignore[attr-defined]  # noqa: B018
    assert (again(raised.value).name, again(raised.value).obj) == ("gone", None)


@pytest.mark.parametrize("raised", [None, KeyError, ValueError])
def test_a_manager_suppresses_as_before(raised: type[Exception] | None) -> None:
    manager = again(contextlib.suppress(KeyError, LookupError))
    with contextlib.ExitStack() as stack:
        if raised is ValueError:
            stack.enter_context(pytest.raises(ValueError, match="raised"))
        with manager:
            if raised:
                raise raised("raised")


# functions and calls of a program

APP = load(
    main(
        "base = [n]",
        "add = lambda x, *, by=base: by.append(x) or sum(by)",
        "def twice(x: int) -> int:",
        "    return add(add(x))",
        "held = pair(ctx, n)",
        "call = work.using(retry=Retry(attempts=2))(n)",
        "await ctx.sleep(1)",
        "one, other = await held, await call",
        "return [add(1), twice(2), one, other]",
        head="""
        async def pair(ctx: Context, n: int) -> int:
            return await work(n) + 1
        """,
    )
)


def test_lambdas_functions_closures_and_held_calls() -> None:
    loaded = flows(APP)
    stack = Stack(loaded, run(), [])
    stack.push(APP.orchestrators["main"].fn(Context(stack.run), 7))
    assert isinstance(stack.advance(None, None), Awaiting)
    other = unpack(loaded, run(), pack(stack))
    names = other.frames[0].names
    assert isinstance(names["held"], Held)
    assert cast(ActivityCall[Any], names["call"]).args == (7,)
    assert cast(ActivityCall[Any], names["call"]).retry == APP.activities["work"].using(retry=names["call"].retry).retry
    activity = other.advance(None, None)
    assert isinstance(activity, Awaiting)
    assert isinstance(other.advance(8, None), Awaiting)
    assert other.advance(9, None) == Returned([8, 20, 9, 9])


def test_functions_share_the_variables_they_capture() -> None:
    app = load(
        main(
            "rows: list[int] = []",
            "fill = lambda x: rows.append(x)",
            "size = lambda: len(rows)",
            "await ctx.sleep(1)",
            "return fill, size, rows",
        )
    )
    loaded = flows(app)
    stack = Stack(loaded, run(), [])
    stack.push(app.orchestrators["main"].fn(Context(stack.run), 7))
    stack.advance(None, None)
    returned = unpack(loaded, run(), pack(stack)).advance(None, None)
    assert isinstance(returned, Returned)
    fill, size, rows = returned.value
    fill(4)
    assert (size(), rows) == (1, [4])


# what cannot be kept


def deep(levels: int, around: Callable[[Any], Any] = lambda inner: [inner]) -> Any:
    made: Any = []
    for _ in range(levels):
        made = around(made)
    return made


AROUND: dict[str, Callable[[Any], Any]] = {
    "list": lambda inner: [inner],
    "tuple": lambda inner: (inner,),
    "dict": lambda inner: {"a": inner},
    "keyed": lambda inner: {1: inner},
    "dataclass": Box,
    "slots": lambda inner: Point(1, inner),
    "named": lambda inner: Pair(inner, 1),
    "deque": lambda inner: collections.deque([inner]),
}


def cyclic_tuple() -> Any:
    rows: list[Any] = []
    rows.append((rows, rows))
    made = (rows,)
    rows.append(made)
    return Pair(made, 1)


def cyclic_pair() -> Any:
    rows: list[Any] = []
    made = Pair(rows, 1)
    rows.append(made)
    return made


UNPACKABLE: dict[str, tuple[Callable[[], Any], str]] = {
    "generator": (lambda: (x for x in [1]), "generator"),
    "lock": (threading.Lock, "lock"),
    "local class": (lambda: type("Local", (), {}), "Local cannot be found"),
    "local function": (lambda: FunctionType(deep.__code__, {}, "lost"), "cannot be found"),
    "stubborn": (Stubborn, "stays here"),
    "exit": (lambda: SystemExit(1), "SystemExit ends a process"),
    "deep": (lambda: deep(5000), "nested too deeply"),
    "pattern": (lambda: re.compile("a"), "cannot pickle 're.Pattern'"),
    "maker": (Made, "a Made has no form"),
    "itself": (cyclic_pair, "a Pair that holds itself"),
    "inside": (lambda: [{"a": (1, threading.Lock())}], "lock"),
}


@pytest.mark.usefixtures("usual_depth")
@pytest.mark.parametrize("kind", UNPACKABLE)
def test_what_cannot_be_kept_names_the_variable(kind: str) -> None:
    make, problem = UNPACKABLE[kind]
    app = load(main("kept: Any = n", "await ctx.sleep(1)", "return kept"))
    stack = Stack(flows(app), run(), [])
    stack.push(app.orchestrators["main"].fn(Context(stack.run), 1))
    stack.advance(None, None)
    stack.frames[0].names["kept"] = make()
    with pytest.raises(NotPortable, match=f"kept.*{problem}"):
        pack(stack)


@pytest.mark.usefixtures("usual_depth")
@pytest.mark.parametrize("kind", AROUND)
def test_what_is_packed_can_be_unpacked_however_deep(kind: str) -> None:
    app = load(main("kept: Any = n", "await ctx.sleep(1)", "return kept"))
    loaded = flows(app)
    stack = Stack(loaded, run(), [])
    stack.push(app.orchestrators["main"].fn(Context(stack.run), 1))
    stack.advance(None, None)

    def fits(levels: int) -> bool:
        stack.frames[0].names["kept"] = deep(levels, AROUND[kind])
        try:
            pack(stack)
        except NotPortable:
            return False
        return True

    most = bisect.bisect_left(range(2000), True, key=lambda levels: not fits(levels)) - 1
    assert 50 <= most < 1999
    assert fits(most)
    unpack(loaded, run(), pack(stack))
