"""The fixed part of every random program: its types, its errors and its activities. Not imported; read as text."""

# ruff: noqa: F401

import contextlib
import functools
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, TypedDict

from portable_faas import App, Context, Retry
from portable_faas.testing.scratch import tally

app = App("program")
SCALE = 3


class Boom(Exception):
    pass


class Bang(Boom):
    pass


class Odd(ValueError):
    def __init__(self, n: int, why: str) -> None:
        super().__init__(n, why)
        self.n = n


class Color(Enum):
    RED = "rot"
    GREEN = "grün"


class Part(TypedDict):
    name: str
    n: int


class Pair(NamedTuple):
    left: int
    right: str


@dataclass
class Line:
    name: str
    n: int = 0
    tags: list[str] = field(default_factory=list)

    def more(self, by: int) -> int:
        self.n += by
        return self.n


@dataclass(frozen=True)
class Point:
    x: int
    y: float = 0.5


def weigh(n: int, by: int = SCALE) -> int:
    if n < 0:
        raise Odd(n, "negative")
    return n * by % 97


@app.activity
async def safe(n: int) -> int:
    return (n * 2 + 1) % 101


@app.activity
async def work(n: int) -> int:
    if n % 7 == 3:
        raise Boom(f"boom {n}")
    if n % 7 == 5:
        raise Bang("bäng", n)
    if n % 7 == 6:
        raise Odd(n, "öd\nd")
    if n % 11 == 9:
        raise KeyError(f"k{n}")
    return n + 1


@app.activity
async def same(n: int) -> int:
    if n % 3 == 2:
        raise Boom("same")
    return n - 1


@app.activity(retry=Retry(attempts=2, first=1.0, on=(Boom,)))
async def flaky(key: str, fails: int) -> int:
    tried = tally(key)
    if tried <= fails:
        raise Boom(f"{key} {tried}")
    return tried


@app.activity(retry=Retry(attempts=2, first=0.5))
async def stubborn(n: int) -> int:
    if n % 2:
        raise Bang("stubborn")
    return n


@app.activity
async def say(s: str) -> str:
    return s[-20:] + "✓"


@app.activity
async def half(x: float) -> float:
    return x / 2


@app.activity
async def order(xs: list[int]) -> list[int]:
    return sorted(xs)[:5]


@app.activity
async def split(s: str) -> list[str]:
    return [s[:1], "𝄞", s[-2:]]


@app.activity
async def count(d: dict[str, int]) -> dict[str, int]:
    return {**dict(sorted(d.items())), "ü": len(d)}


@app.activity
async def fetch(n: int) -> Line:
    return Line(f"l{n}", n, ["a"] * (n % 3))


@app.activity
async def store(line: Line) -> Line:
    return Line(line.name + "!", line.n + 1, [*line.tags, "s"])


@app.activity
async def paint(c: Color) -> Color:
    return Color.GREEN if c is Color.RED else Color.RED


@app.activity
async def maybe(n: int) -> int | None:
    return None if n % 2 else n


@app.activity
async def pair(n: int) -> tuple[int, str]:
    return n, f"p{n}"


@app.activity
async def nothing() -> None:
    return None
