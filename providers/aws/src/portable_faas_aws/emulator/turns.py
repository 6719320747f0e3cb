"""Threads and events for the interpreter, with the interface of ``threading`` and the time of the emulator's clock."""

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, final

from portable_faas_aws.emulator.clock import DUE, Clock, Pause

FOREVER: Final = 99_999_999  # seconds: what Step Functions takes for "no time-out", so it never falls due here


class Stopped(BaseException):
    """The execution or branch that this thread works for is over; nothing catches it but the end of the program."""


@final
class Turns:
    """Makes the threads and events that take turns on one clock."""

    def __init__(self, clock: Clock) -> None:
        self.clock: Final = clock
        self._threads: set[threading.Thread] = set()

    def thread(
        self,
        target: Callable[..., object],
        args: Sequence[Any] = (),
        name: str | None = None,
        daemon: bool = True,
        kwargs: Mapping[str, Any] | None = None,
    ) -> "TurnThread":
        """Like ``threading.Thread``."""
        return TurnThread(self, lambda: target(*args, **(kwargs or {})), name, daemon)

    def event(self) -> "Event":
        """Like ``threading.Event``."""
        return Event(self.clock)

    def wait(
        self,
        *events: "Event",
        seconds: float | None = None,
        outside: bool = False,
        limit: float | None = None,
        over: Callable[[], bool] = lambda: False,
    ) -> bool:
        """Rest until an event is set; False if ``seconds`` of the clock or ``limit`` real ones passed before."""
        if not isinstance(threading.current_thread(), TurnThread):
            raise RuntimeError("only threads of the interpreter wait on the emulator's clock")
        pause = Pause()
        due = None if seconds is None or seconds >= FOREVER else self.clock.now() + round(seconds * 1000)
        for event in events:
            event.pauses.append(pause)
        try:
            ended = self.clock.pause(
                pause,
                due=due,
                outside=outside,
                limit=limit,
                over=lambda: over() or any(event.is_set() for event in events),
            )
        finally:
            for event in events:
                event.pauses.remove(pause)
        return ended != DUE

    def join(self, timeout: float) -> list[str]:
        """Wait for the end of every thread; gives the names of those that live after ``timeout`` real seconds."""
        for thread in list(self._threads):
            thread.join(timeout)
        return [thread.name for thread in self._threads if thread.is_alive()]

    def begun(self, thread: threading.Thread) -> None:
        """Remember a thread until it ends."""
        self._threads.add(thread)

    def ended(self, thread: threading.Thread) -> None:
        """Forget a thread."""
        self._threads.discard(thread)


@final
class TurnThread(threading.Thread):
    """A thread that runs when it is its turn; ``start`` counts it at once."""

    def __init__(self, turns: Turns, work: Callable[[], object], name: str | None, daemon: bool) -> None:
        super().__init__(name=name, daemon=daemon)
        self._turns = turns
        self._work = work
        self._pause = Pause()

    def start(self) -> None:
        """Begin; this thread gets its first turn after those that are ready now."""
        self._turns.begun(self)
        super().start()
        self._turns.clock.begin(self._pause)

    def run(self) -> None:
        """Do the work, once it is this thread's turn."""
        self._pause.sleep(None)
        try:
            self._work()
        except Stopped:
            pass
        finally:
            self._turns.clock.leave()
            self._turns.ended(self)


@final
class Event:
    """A flag that threads of the interpreter wait for; anybody may set it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._flag = False
        self.times = 0  # how often it was set; who waits for a pulse sees by this that one came before the wait
        self.pauses: list[Pause] = []

    def is_set(self) -> bool:
        """Whether the flag is up."""
        return self._flag

    def set(self) -> None:
        """Raise the flag and wake who waits, in the order of their waiting."""
        with self._clock.locked():
            self._flag = True
            self.times += 1
            self._clock.wake(*self.pauses)

    def clear(self) -> None:
        """Take the flag down."""
        self._flag = False
