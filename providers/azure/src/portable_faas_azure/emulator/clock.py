"""Virtual time: it stands still until the host moves it to the next due moment."""

import heapq
import time
from collections.abc import Callable
from typing import final


@final
class Alarm:
    """One due moment."""

    __slots__ = ("_order", "action", "due")

    def __init__(self, due: int, order: int, action: Callable[[], None]) -> None:
        self.due = due
        self._order = order
        self.action: Callable[[], None] | None = action

    def cancel(self) -> None:
        """Never call the action."""
        self.action = None

    def __lt__(self, other: "Alarm") -> bool:
        return (self.due, self._order) < (other.due, other._order)


@final
class Clock:
    """Milliseconds since 1970 UTC, and what is due when; alarms of one moment ring in the order they were set."""

    def __init__(self) -> None:
        self.now = int(time.time() * 1000)
        self._alarms: list[Alarm] = []
        self._set = 0

    def at(self, due: int, action: Callable[[], None]) -> Alarm:
        """Call ``action`` when the clock reaches ``due``."""
        self._set += 1
        alarm = Alarm(due, self._set, action)
        heapq.heappush(self._alarms, alarm)
        return alarm

    def next_due(self) -> int | None:
        """The first due moment."""
        while self._alarms and self._alarms[0].action is None:
            heapq.heappop(self._alarms)
        return self._alarms[0].due if self._alarms else None

    def reach(self, moment: int) -> None:
        """Move on to ``moment`` and ring what is due until then."""
        while (due := self.next_due()) is not None and due <= moment:
            self.now = max(self.now, due)
            alarm = heapq.heappop(self._alarms)
            if alarm.action is not None:
                alarm.action()
        self.now = max(self.now, moment)
