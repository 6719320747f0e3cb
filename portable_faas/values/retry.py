"""How often, and how long after a failure, an activity is tried again."""

from datetime import timedelta
from typing import Any, Final, NoReturn, final

Seconds = float | timedelta
LONGEST_WAIT: Final = 364 * 86_400.0  # seconds; one run lasts under a year
SHORTEST_RETENTION: Final = 3600  # seconds; who waits for a result needs time to fetch it
TIMEOUT_LIMIT: Final = 840  # seconds; one Lambda invocation ends after 900, the rest is for our own work


def seconds(value: object, name: str) -> float:
    """A duration given as seconds or ``timedelta``, in seconds; the error names ``name``."""
    if isinstance(value, timedelta):
        value = value.total_seconds()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} is seconds or a timedelta, not {value!r}")
    if not 0 <= value < float("inf"):
        raise ValueError(f"{name} is a finite number of seconds and not negative, not {value!r}")
    return float(value)


def activity_timeout(value: Seconds | None) -> int | None:
    """The time-out of one attempt in whole seconds, 1 to 840 (a platform limit); None is no time-out of ours."""
    if value is None:
        return None
    given = seconds(value, "timeout")
    if given != int(given) or not 1 <= given <= TIMEOUT_LIMIT:
        raise ValueError(f"timeout is 1 to {TIMEOUT_LIMIT} whole seconds, not {value!r}")
    return int(given)


def kept_seconds(value: Seconds | None) -> float | None:
    """How long a finished instance is kept, an hour or longer; None is for ever."""
    if value is None:
        return None
    given = seconds(value, "retention")
    if given < SHORTEST_RETENTION:
        raise ValueError(f"retention is {SHORTEST_RETENTION} seconds or more, not {value!r}")
    return given


def _exceptions(value: object, name: str) -> tuple[type[BaseException], ...]:
    if isinstance(value, tuple) and all(isinstance(kind, type) and issubclass(kind, Exception) for kind in value):
        return value
    raise TypeError(f"{name} is a tuple of exception classes such as (TimeoutError,), not {value!r}")


@final
class Retry:
    """A frozen retry policy; times are seconds or ``timedelta``, kept as seconds.

    ``attempts`` counts the first try. Try n+1 starts ``first * backoff ** (n - 1)`` seconds after try n
    failed, at most ``max_interval``; with ``jitter`` the wait is drawn evenly between nothing and that.
    Only errors in ``on`` and not in ``never`` (base classes count) are tried again; ``NotPortable`` never is.
    """

    __slots__ = ("attempts", "backoff", "first", "jitter", "max_interval", "never", "on")

    attempts: int
    first: float
    backoff: float
    max_interval: float | None
    jitter: bool
    on: tuple[type[BaseException], ...]
    never: tuple[type[BaseException], ...]

    def __init__(
        self,
        attempts: int = 3,
        first: Seconds = 1.0,
        backoff: float = 2.0,
        max_interval: Seconds | None = None,
        jitter: bool = False,
        on: tuple[type[Exception], ...] = (Exception,),
        never: tuple[type[Exception], ...] = (),
    ) -> None:
        if isinstance(attempts, bool) or not isinstance(attempts, int) or attempts < 1:
            raise ValueError(f"attempts counts the first try, so it is a whole number from 1, not {attempts!r}")
        if seconds(backoff, "backoff") < 1:
            raise ValueError(f"backoff multiplies the wait each time, so it is at least 1, not {backoff!r}")
        limit = None if max_interval is None else seconds(max_interval, "max_interval")
        fields: dict[str, Any] = {
            "attempts": attempts,
            "first": seconds(first, "first"),
            "backoff": float(backoff),
            "max_interval": limit,
            "jitter": bool(jitter),
            "on": _exceptions(on, "on"),
            "never": _exceptions(never, "never"),
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Retry is frozen; make a new one to change {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a Retry is frozen; {name} cannot be deleted")

    def __reduce__(self) -> tuple[object, ...]:
        return (Retry, self._fields())

    def _fields(self) -> tuple[Any, ...]:
        return (self.attempts, self.first, self.backoff, self.max_interval, self.jitter, self.on, self.never)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Retry) and self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash(self._fields())

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in ("attempts", "first", "backoff"))
        return f"Retry({shown}, max_interval={self.max_interval!r}, jitter={self.jitter!r}, ...)"

    def delay(self, failed: int) -> float:
        """The seconds to wait after try number ``failed`` (from 1), before any jitter."""
        try:
            wait = self.first * self.backoff ** (failed - 1)
        except OverflowError:
            wait = LONGEST_WAIT
        return min(wait, LONGEST_WAIT if self.max_interval is None else self.max_interval)

    def covers(self, error: BaseException) -> bool:
        """Whether the policy tries again after this error, attempts aside."""
        return isinstance(error, self.on) and not isinstance(error, self.never)
