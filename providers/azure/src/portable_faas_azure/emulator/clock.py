"""The host's time: virtual, so that it stands still until the host moves it to the next due moment, or real."""

import heapq
import time
from collections.abc import Callable
from typing import Final, final

from portable_faas.local.clock import RealClock, Timer, VirtualClock


@final
class Clock:
    """Milliseconds since 1970 UTC, and what is due when; timers of one moment ring in the order they were set."""

    def __init__(self, *, real: bool = False) -> None:
        self.real: Final = real
        self._time = RealClock() if real else VirtualClock()
        self._alarms: list[Timer] = []
        self._asides: list[tuple[int, Callable[[], None]]] = []
        self._set = 0

    @property
    def now(self) -> int:
        """The time; it never goes back."""
        return self._time.now()

    def go_on_from(self, moment: int) -> None:
        """Be where an earlier host was, when virtual; a real clock is only kept from being before that."""
        if not self.real:
            self._time = VirtualClock(moment)
        self._time.reach(moment)

    def at(self, due: int, action: Callable[[], None]) -> Timer:
        """Call ``action`` when the clock reaches ``due``."""
        self._set += 1
        alarm = Timer(due, self._set, action)
        heapq.heappush(self._alarms, alarm)
        return alarm

    def aside(self, due: int, action: Callable[[], None]) -> None:
        """Call ``action`` once the clock is at or behind ``due``; it does not move for that."""
        self._asides.append((due, action))

    def next_due(self) -> int | None:
        """The first due moment."""
        while self._alarms and self._alarms[0].action is None:
            heapq.heappop(self._alarms)
        return self._alarms[0].due if self._alarms else None

    def reach(self, moment: int) -> None:
        """Move on to ``moment`` and ring what is due until then."""
        while (due := self.next_due()) is not None and due <= moment:
            self._time.reach(due)
            alarm = heapq.heappop(self._alarms)
            if alarm.action is not None:
                alarm.action()
        self._time.reach(moment)
        due_now = [action for due, action in self._asides if due <= moment]
        self._asides = [aside for aside in self._asides if aside[0] > moment]
        for action in due_now:
            action()

    def seconds_until(self, due: int) -> float:
        """How long a real clock takes until ``due``, a little more so that it has passed it."""
        return max(0.0, due / 1000 - time.time()) + 0.001
