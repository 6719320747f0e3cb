"""Counts what random programs were made of and how they ended, so that a long run shows what it has tried.

["try", ["sleep", 1], ["work", 2]]      programs 1; sleep 1, try 1, work 1; try>sleep 1, try>work 1; depth 2: 1
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy

MANY: Final = 5000


class Generated:
    """A tally over all programs of one test."""

    def __init__(self) -> None:
        self.programs = 0
        self.distinct: set[str] = set()
        self.constructs: Counter[str] = Counter()
        self.nestings: Counter[str] = Counter()
        self.depths: Counter[int] = Counter()
        self.ends: Counter[str] = Counter()

    def add(self, spec: Any, end: str) -> None:
        """Count one program, which ended in the way that ``end`` names."""
        self.programs += 1
        self.distinct.add(str(spec))
        self.ends[end] += 1
        found = list(_walk(spec, "main", 1))
        self.constructs.update({kind for kind, _, _ in found})
        self.nestings.update({f"{above}>{kind}" for kind, above, _ in found})
        self.depths[max(depth for _, _, depth in found)] += 1

    def text(self) -> str:
        """The tally for people; a construct counts once for each program that has it."""
        return "\n".join(
            [
                f"{self.programs} programs without difference, {len(self.distinct)} of them distinct",
                f"  ended    {_shown(self.ends.most_common())}",
                f"  with     {_shown(self.constructs.most_common())}",
                f"  depth    {_shown(sorted(self.depths.items()))}",
                f"  {len(self.nestings)} nestings: {_shown(self.nestings.most_common())}",
            ]
        )


def of_many(programs: SearchStrategy[Any], check: Callable[[Any, Generated], None]) -> str:
    """The tally of so many random programs as `make full` tries, each of which has passed ``check``."""
    seen = Generated()

    @given(programs)
    @settings(max_examples=MANY)
    def each(spec: Any) -> None:
        check(spec, seen)

    each()
    assert seen.programs >= MANY
    return seen.text()


def _walk(spec: Any, above: str, depth: int) -> Iterator[tuple[str, str, int]]:
    """Each construct with the one around it and its depth."""
    if not isinstance(spec, list):
        return
    named = bool(spec) and isinstance(spec[0], str)
    if named:
        yield spec[0], above, depth
    for part in spec[1:] if named else spec:
        yield from _walk(part, spec[0] if named else above, depth + 1 if named else depth)


def _shown(counts: Iterable[tuple[object, int]]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts)
