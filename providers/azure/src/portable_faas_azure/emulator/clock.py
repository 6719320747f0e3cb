"""Virtual time: it stands still until the host moves it to the next due moment."""

import heapq
import time
from collections.abc import Callable
from typing import final

from portable_faas.local.clock import Timer


@final
class Clock:
    """Milliseconds since 1970 UTC, and what is due when; timers of one moment ring in the order they were set."""

    def __init__(self) -> None:
        self.now = int(time.time() * 1000)
        self._alarms: list[Timer] = []
        self._set = 0

    def at(self, due: int, action: Callable[[], None]) -> Timer:
        """Call ``action`` when the clock reaches ``due``."""
        self._set += 1
        alarm = Timer(due, self._set, action)
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
