"""Random nests of locks, loops, `try` and jumps are stepped as Python runs them, whatever comes back."""

from collections.abc import Callable
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.aws.driving import plainly, stepwise
from tests.aws.small import flows, load, main

Draw = Callable[[st.SearchStrategy[int]], int]
HEAD: Final = """
@app.entity
class Counter:
    value: int = 0

    def add(self, n: int) -> int:
        return n
"""
SIMPLE: Final = (
    ["n = await work(n)"],
    ["await counter.call(Counter.add, n)"],
    ["rows.append(n)"],
    ["if n == 1:", "    return n, rows"],
    ["if n == 2:", "    raise ValueError(n)"],
    ["raise KeyError(n)"],
    ["return await work(n)"],
)
IN_LOOP: Final = (["if n == 3:", "    break"], ["if n == 4:", "    continue"], ["continue"])
LOCK: Final = "async with ctx.lock(counter):"
ANSWERS: Final = st.lists(st.one_of(st.integers(0, 5), st.sampled_from([ValueError, KeyError])), max_size=14)


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def block(draw: Draw, depth: int, looping: bool, locked: bool) -> list[str]:
    lines: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        lines += statement(draw, depth, looping, locked)
    return lines


def statement(draw: Draw, depth: int, looping: bool, locked: bool) -> list[str]:
    kind = draw(st.integers(0, 7)) if depth else 0
    if kind == 1:
        return [f"for _ in range({draw(st.integers(1, 2))}):", *indented(block(draw, depth - 1, True, locked))]
    if kind in (2, 3):
        return guarded(draw, depth, looping, locked, kind)
    if kind >= 4 and not locked:
        return [LOCK, *indented(block(draw, depth - 1, looping, True))]
    choices = SIMPLE + (IN_LOOP if looping else ())
    return choices[draw(st.integers(0, len(choices) - 1))]


def guarded(draw: Draw, depth: int, looping: bool, locked: bool, kind: int) -> list[str]:
    body = indented(block(draw, depth - 1, looping, locked))
    last = indented(block(draw, depth - 1, False, locked)) if kind == 2 else indented(["await other(n)"])
    return ["try:", *body, "except ValueError as error:" if kind == 2 else "finally:", *last]


@st.composite
def programs(draw: Draw) -> str:
    lines = block(draw, 4, False, False)
    return main('counter = ctx.entity(Counter, "k")', "rows: list[int] = []", *lines, "return n, rows", head=HEAD)


@given(text=programs(), answers=ANSWERS)
@settings(max_examples=60)
def test_random_locks(text: str, answers: list[int | type[Exception]]) -> None:
    app = load(text)
    loaded = flows(app)

    def script() -> list[object]:
        return [each if isinstance(each, int) else each(f"at {at}") for at, each in enumerate(answers)]

    assert stepwise(app, 3, script(), loaded) == plainly(app, 3, script())
