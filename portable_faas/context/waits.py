"""Waits that depend on the world: an external event, and the first of several operations."""

from collections.abc import Awaitable, Iterable
from typing import Any, Final, TypeVar, final

from portable_faas.context.calls import Call
from portable_faas.values import decode

R = TypeVar("R")
DAY: Final = 86_400  # seconds
YEAR: Final = 365 * DAY  # the limit of a Step Functions execution


@final
class WaitForEvent(Call[R]):
    """Wait for the next event called ``name``; ``timeout`` in seconds, None for no limit."""

    __slots__ = ("name", "timeout", "type")

    def __init__(self, name: str, type: Any, timeout: float | None) -> None:
        super().__init__()
        self.name = check_event_name(name)
        self.type = type
        self.timeout = timeout
        if timeout is not None and timeout >= YEAR:
            days = int(timeout // DAY)
            raise ValueError(f"a time-out of {days} days: one run of an orchestrator lasts under a year")

    def decode(self, wire: object) -> Any:
        """The event's data as the program gets it; ``NotPortable`` where it does not fit ``type``."""
        return decode(object if self.type is None else self.type, wire, f"event {self.name}")

    def late(self) -> TimeoutError:
        """What the wait ends with when nothing came in time; one text on every engine."""
        return TimeoutError(f"no event {self.name} came within {self.timeout:g} s")

    def __str__(self) -> str:
        return f"wait for event {self.name}"


@final
class Select(Call[R]):
    """Run awaitables side by side until ``wanted`` of them have ended; the rest is abandoned.

    ``single`` gives the pair of index and value itself, else a list of pairs in the order in which they ended.
    """

    __slots__ = ("branches", "count", "single", "wanted")

    def __init__(self, branches: Iterable[Awaitable[Any]], count: int, wanted: int, single: bool) -> None:
        super().__init__()
        what = "race" if single else f"first {wanted}"
        if not 1 <= wanted <= count:
            raise ValueError(f"{what} of {count} calls can never end; give it as many calls as it waits for")
        self.branches = branches
        self.count = count
        self.wanted = wanted
        self.single = single

    def __str__(self) -> str:
        return f"race of {self.count}" if self.single else f"first {self.wanted} of {self.count}"


def check_event_name(name: object) -> str:
    """``name`` if it may name an event: text of 1 to 256 bytes."""
    if not isinstance(name, str):
        raise TypeError(f"the name of an event is text, not {name!r}")
    if not 1 <= len(name.encode()) <= 256:
        raise ValueError(f"the name of an event is 1 to 256 bytes of text, not {name!r}")
    return name
