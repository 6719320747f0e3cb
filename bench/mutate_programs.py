"""Break the compiler in one place after another; random programs must end otherwise than on the embedded engine.

    python bench/mutate_programs.py [WORD OF A TITLE ...]

Run by `make mutate`. Exit code 1 when a break is not noticed by 1,800 programs: then the programs are too tame.
"""

import asyncio
import json
import re
import signal
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bench.breaks import BREAKS, Break, broken  # noqa: E402
from tests.aws.agreement import PLACEMENTS, End, locally, placed, shown  # noqa: E402
from tests.aws.drawing import Case, drawn  # noqa: E402
from tests.aws.programs import loaded  # noqa: E402

PROGRAMS: Final = 300  # that are drawn at a time
SEEDS: Final = range(7, 13)  # of the draws; the later ones are made for breaks that the first programs do not notice
SECONDS: Final = 10  # of CPU that one program may take; under a break it may never end


class Endless(BaseException):
    """A program took too long; no handler of the program or of an interpreter takes it for a failure."""


@contextmanager
def bounded() -> Iterator[None]:
    """``Endless`` after so many seconds."""

    def stop(_signal: int, _frame: Any) -> None:
        raise Endless

    signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS, 1)  # again and again: not everything lets an exception out
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def expected(case: Case) -> End:
    """How a program ends on the embedded engine."""
    with loaded(case.text) as app:
        return asyncio.run(locally(app, case.n))


def differs(case: Case, local: End) -> str | None:
    """What is otherwise on state machines; None if nothing is."""
    with loaded(case.text) as app:
        for placement in PLACEMENTS:
            try:
                with bounded():
                    found = placed(app, placement, case.n)
            except (Endless, Exception) as error:  # a compiler that breaks down is noticed
                return type(error).__name__
            for name, one, other in zip(End._fields, shown(found, case.text), shown(local, case.text), strict=True):
                if renamed(one) != renamed(other):
                    return f"{name}, {placement}"
    return None


def renamed(part: Any) -> str:
    """The part without the name of the module, which every loading makes anew."""
    return re.sub(r"program_\d+", "program", json.dumps(part))


@cache
def programs(seed: int) -> list[Case]:
    """Those of one draw."""
    return drawn(PROGRAMS, seed)


def every() -> Iterator[Case]:
    """All programs, drawn when it is their turn."""
    for seed in SEEDS:
        yield from programs(seed)


def noticed(wanted: Break, ends: dict[Case, End]) -> tuple[int, str] | None:
    """The number of the first program that ends otherwise under a break, and what is otherwise."""
    mark = re.compile(wanted.mark)
    for number, case in enumerate(every(), 1):
        if not mark.search(case.text):
            continue
        if case not in ends:
            ends[case] = expected(case)
        end = ends[case]
        with broken(wanted):
            what = differs(case, end)
        if what is not None:
            anyway = differs(case, end)
            if anyway is not None:
                raise AssertionError(f"differs without any break, {anyway}, with {case.n}:\n{case.text}")
            return number, what
    return None


def main(words: list[str]) -> int:
    """Try every break whose title has one of the words; print after how many programs it was noticed."""
    warnings.simplefilter("ignore")
    start = time.perf_counter()
    ends: dict[Case, End] = {}
    survivors = 0
    tried = [each for each in BREAKS if not words or any(word in each.title for word in words)]
    for wanted in tried:
        found = noticed(wanted, ends)
        survivors += found is None
        told = "SURVIVES" if found is None else f"program {found[0]:<4} {found[1]}"
        print(f"{wanted.title:60} {told}", flush=True)
    print(f"{len(tried)} breaks, {survivors} survive, {time.perf_counter() - start:.0f} s")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
