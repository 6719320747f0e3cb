"""The one clock of the emulator, real or virtual, and whose turn it is among the threads of the interpreter.

    with clock.waiting():            # somebody waits for a result: the clock may jump to the next due moment
        ...
    clock.advance(3600)              # or: it may jump, to an hour from now at most

One thread of the interpreter runs at a time; the others wait for their turn in the order in which they became ready.
So it is a fact, not a guess, whether anything can still happen at this moment: the clock moves only when no thread is
ready, none runs, and none waits for a Lambda function. Threads that are due at one moment are woken one after the
other, in the order in which they went to sleep, each when the one before has come to rest. Threads of other kinds (an
HTTP request, a test) may wake, never wait here.
"""

import heapq
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final, final

_LOOK: Final = 0.02  # real seconds
DUE, WOKEN = "due", "woken"


@final
class Pause:
    """One rest of one thread: it ends once, by ``Clock.wake``, at its due moment or at its limit in real time."""

    __slots__ = ("_gate", "armed", "ended", "outside")

    def __init__(self) -> None:
        self._gate = threading.Lock()
        self._gate.acquire()
        self.armed = False
        self.outside = False
        self.ended: str | None = None

    def sleep(self, limit: float | None) -> bool:
        """Block until it is this thread's turn; False if ``limit`` real seconds passed before."""
        return self._gate.acquire(timeout=-1 if limit is None else limit)

    def go(self) -> None:
        """Give the turn to the thread that sleeps here."""
        self._gate.release()


@final
class Clock:
    """Milliseconds since 1970 UTC. Virtual unless ``real_time``."""

    def __init__(self, *, real_time: bool = False) -> None:
        self.virtual: Final = not real_time
        self._lock = threading.RLock()
        self._rest = threading.Condition(self._lock)  # told when nothing can happen any more at this moment
        self._now = int(time.time() * 1000)
        self._ready: deque[Pause] = deque()
        self._due: list[tuple[int, int, Pause]] = []
        self._order = 0
        self._running = False
        self._outside = 0
        self._lent: list[Callable[[], bool]] = []
        self._waiting: list[Callable[[], bool]] = []
        self._until = 0
        self._closed = False
        self._alarm: threading.Thread | None = None
        if real_time:
            self._alarm = threading.Thread(target=self._ring, name="emulator-alarm", daemon=True)
            self._alarm.start()

    def now(self) -> int:
        """The time."""
        if not self.virtual:
            self._now = max(self._now, int(time.time() * 1000))
        return self._now

    @contextmanager
    def waiting(self, over: Callable[[], bool] = lambda: False) -> Iterator[None]:
        """While open, and until ``over()``, the clock may jump to the next due moment.

        ``over`` says that what is waited for has come. Any thread asks it before each jump; it must not block. Without
        it the clock may have jumped on before the waiting thread could close the context.
        """
        with self._lock:
            self._waiting.append(over)
            self._dispatch()
        try:
            yield
        finally:
            with self._lock:
                self._waiting.remove(over)

    def wait(self, over: Callable[[], bool], timeout: float | None) -> bool:
        """Let the clock move until ``over()``; False if ``timeout`` seconds of it have passed before."""
        with self._lock:
            deadline = NEVER if timeout is None else self.now() + int(timeout * 1000)

            def ended() -> bool:
                return over() or self._first() > deadline

            self._waiting.append(ended)
            try:
                self._dispatch()
                while not over() and not self._closed:
                    if self.at_rest() and self._first() > deadline and (self.virtual or self.now() >= deadline):
                        self._now = max(self._now, deadline)
                        return over()
                    # Who waits for a result is told by nobody, so it looks again; the clock does not depend on it.
                    self._rest.wait(_LOOK)
                return over()
            finally:
                self._waiting.remove(ended)

    def advance(self, seconds: float, timeout: float | None = None) -> None:
        """Let ``seconds`` pass and return when all that was due until then has come to rest.

        Raises RuntimeError on a real clock, TimeoutError if the work takes longer than ``timeout`` real seconds.
        """
        if not self.virtual:
            raise RuntimeError("the clock of this emulator is real; it cannot be advanced")
        with self._lock:
            target = self._now + round(seconds * 1000)
            self._until = max(self._until, target)
            self._dispatch()
            if not self._rest.wait_for(lambda: self._closed or self._arrived(target), timeout):
                self._until = self._now
                raise TimeoutError(f"what is due in the next {seconds:g} s is still at work after {timeout} s")

    def at_rest(self) -> bool:
        """Whether nothing can happen before the clock moves."""
        with self._lock:
            return not self._running and not self._ready and not self._held()

    def _held(self) -> bool:
        """Whether something outside is at work, or is about to be: what it waited for has come."""
        return bool(self._outside) or any(over() for over in self._lent)

    def pause(
        self,
        pause: Pause,
        *,
        due: int | None = None,
        outside: bool = False,
        limit: float | None = None,
        over: Callable[[], bool] = lambda: False,
    ) -> str:
        """Give up the turn until ``pause`` is woken, ``due`` (ms) has come or ``limit`` real seconds have passed.

        ``outside``: for work outside, so the clock stands still meanwhile. Nothing is waited for if ``over()``.
        """
        with self._lock:
            if pause.ended is not None or over():
                return WOKEN
            pause.armed = True
            pause.outside = outside
            self._outside += outside
            if due is not None:
                self._order += 1
                heapq.heappush(self._due, (due, self._order, pause))
                self._rest.notify_all()
            self._running = False
            self._dispatch()
        if not pause.sleep(limit):
            with self._lock:
                self._end(pause, DUE)
                self._dispatch()
            pause.sleep(None)
        return pause.ended or WOKEN

    def wake(self, *pauses: Pause) -> None:
        """End these pauses; their threads get their turn in this order."""
        with self._lock:
            for pause in pauses:
                self._end(pause, WOKEN)
            self._dispatch()

    def begin(self, pause: Pause) -> None:
        """Count a new thread that sleeps on ``pause`` until its first turn."""
        with self._lock:
            pause.armed = True
            self._end(pause, WOKEN)
            self._dispatch()

    def leave(self) -> None:
        """The running thread has ended."""
        with self._lock:
            self._running = False
            self._dispatch()

    @contextmanager
    def outside(self) -> Iterator[None]:
        """The clock stands still: something outside the interpreter is at work."""
        with self._lock:
            self._outside += 1
        try:
            yield
        finally:
            with self._lock:
                self._outside -= 1
                self._dispatch()

    def lend(self, over: Callable[[], bool], timeout: float | None) -> bool:
        """Something at work outside waits for ``over()`` and does not hold the clock meanwhile.

        False after ``timeout`` seconds of the clock, or when it is closed.
        """
        with self._lock:
            deadline = NEVER if timeout is None else self.now() + int(timeout * 1000)

            def ended() -> bool:
                return over() or self.now() >= deadline

            self._outside -= 1
            self._lent.append(ended)
            try:
                self._dispatch()
                while not ended() and not self._closed:
                    self._rest.wait(_LOOK)
            finally:
                self._lent.remove(ended)
                self._outside += 1
            return over()

    @contextmanager
    def away(self) -> Iterator[None]:
        """The running thread works outside and gets its turn back after the others that are ready then."""
        with self._lock:
            self._outside += 1
            self.leave()
        try:
            yield
        finally:
            pause = Pause()
            with self._lock:
                self._outside -= 1
                self.begin(pause)
            pause.sleep(None)

    def locked(self) -> threading.RLock:
        """The lock that makes a change and the wake-up that tells of it one step."""
        return self._lock

    def close(self) -> None:
        """Move no more."""
        with self._lock:
            self._closed = True
            self._rest.notify_all()
        if self._alarm is not None:
            self._alarm.join()

    def _end(self, pause: Pause, how: str) -> None:
        if pause.ended is not None:
            return
        pause.ended = how
        if pause.armed:
            self._outside -= pause.outside
            self._ready.append(pause)

    def _dispatch(self) -> None:
        while not self._running:
            if self._ready:
                self._running = True
                self._ready.popleft().go()
            elif not self._fire() and not self._jump():
                self._rest.notify_all()
                return

    def _fire(self) -> bool:
        """Wake the first thread that is due; False if none is."""
        if self._first() > self.now():
            return False
        self._end(heapq.heappop(self._due)[2], DUE)
        return True

    def _jump(self) -> bool:
        """Move to the next due moment if that is allowed."""
        if not self.virtual or self._held() or self._closed:
            return False
        first = self._first()
        if first < NEVER and (first <= self._until or not all(over() for over in self._waiting)):
            self._now = max(self._now, first)
            return True
        self._now = max(self._now, self._until)
        return False

    def _first(self) -> int:
        while self._due and self._due[0][2].ended is not None:
            heapq.heappop(self._due)
        return self._due[0][0] if self._due else NEVER

    def _arrived(self, target: int) -> bool:
        return self._now >= target and self.at_rest() and self._first() > target

    def _ring(self) -> None:
        """Of a real clock: wake who is due when the moment comes."""
        with self._lock:
            while not self._closed:
                self._dispatch()
                first = self._first()
                self._rest.wait(None if first == NEVER else max(0.0, first / 1000 - time.time()) + 0.001)


NEVER: Final = 1 << 62
