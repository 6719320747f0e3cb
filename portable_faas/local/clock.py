"""The engine's time: a clock that is real or virtual, and the timers that are due on it."""

import asyncio
import heapq
import time
from collections.abc import Callable
from typing import Final, Protocol, final

MARGIN: Final = 0.001  # seconds added to a wake-up, so that a rounded clock has passed the due moment


class Clock(Protocol):
    """Milliseconds since 1970 UTC that never go back."""

    virtual: bool

    def now(self) -> int:
        """The time."""
        ...

    def reach(self, moment: int) -> None:
        """Be at ``moment`` at least; a real clock is there already."""
        ...


@final
class RealClock:
    """The machine's clock, held where it is while the machine sets it back."""

    def __init__(self) -> None:
        self.virtual = False
        self._last = 0

    def now(self) -> int:
        """The time."""
        self._last = max(self._last, int(time.time() * 1000))
        return self._last

    def reach(self, moment: int) -> None:
        """Never be before ``moment`` again."""
        self._last = max(self._last, moment)


@final
class VirtualClock:
    """Stands still until somebody moves it."""

    def __init__(self, start: int | None = None) -> None:
        self.virtual = True
        self._now = int(time.time() * 1000) if start is None else start

    def now(self) -> int:
        """The time."""
        return self._now

    def reach(self, moment: int) -> None:
        """Move on to ``moment``; an earlier one changes nothing."""
        self._now = max(self._now, moment)


@final
class Timer:
    """One due moment; ``cancel`` makes sure that ``action`` is not called."""

    __slots__ = ("_order", "action", "due")

    def __init__(self, due: int, order: int, action: Callable[[], None]) -> None:
        self.due = due
        self._order = order
        self.action: Callable[[], None] | None = action

    def cancel(self) -> None:
        """Forget the action."""
        self.action = None

    def __lt__(self, other: "Timer") -> bool:
        return (self.due, self._order) < (other.due, other._order)


@final
class Timers:
    """Timers in the order of their due moments; those of one moment in the order they were set."""

    def __init__(self, clock: Clock, loop: asyncio.AbstractEventLoop) -> None:
        self._clock = clock
        self._loop = loop
        self._heap: list[Timer] = []
        self._set = 0
        self._wake: asyncio.TimerHandle | None = None

    def at(self, due: int, action: Callable[[], None]) -> Timer:
        """Call ``action`` at ``due`` or later."""
        self._set += 1
        timer = Timer(due, self._set, action)
        heapq.heappush(self._heap, timer)
        if not self._clock.virtual and self._heap[0] is timer:
            self._wake_for_first()
        return timer

    def next_due(self) -> int | None:
        """The first due moment, cancelled timers aside."""
        while self._heap and self._heap[0].action is None:
            heapq.heappop(self._heap)
        return self._heap[0].due if self._heap else None

    def fire_due(self) -> None:
        """Call what is due now."""
        now = self._clock.now()
        while (due := self.next_due()) is not None and due <= now:
            timer = heapq.heappop(self._heap)
            action, timer.action = timer.action, None
            if action is not None:
                action()

    def close(self) -> None:
        """Call nothing any more."""
        self._heap.clear()
        if self._wake is not None:
            self._wake.cancel()

    def _wake_for_first(self) -> None:
        if self._wake is not None:
            self._wake.cancel()
        due = self.next_due()
        if due is not None:
            delay = max(0.0, due / 1000 - time.time()) + MARGIN
            self._wake = self._loop.call_later(delay, self._woken)

    def _woken(self) -> None:
        self.fire_due()
        self._wake_for_first()
