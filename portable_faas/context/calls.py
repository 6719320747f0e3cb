"""What an orchestrator may await: frozen descriptions of durable operations, carried out by an engine.

    await charge(order)     the coroutine yields ActivityCall(charge, order) to whoever drives it

A call knows nothing of engines. Inside an orchestrator ``await`` hands the call to the driver; an activity
call awaited anywhere else simply runs the function, so activities stay ordinary functions in ordinary tests.
"""

import sys
from collections.abc import Awaitable, Callable, Generator, Iterable
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final, Generic, NoReturn, TypeVar, cast, final

from portable_faas.errors import NotPortable, NotSupported
from portable_faas.values.retry import Retry

if TYPE_CHECKING:
    from portable_faas.values import Signature

R = TypeVar("R")
STATUS_LIMIT: Final = 16 * 1024  # bytes of JSON; what Durable Functions keeps in the instance row

# True while a driver steps an orchestrator. A context variable, because the worker threads that run activities
# must not see the event loop's orchestrator.
ORCHESTRATING: Final[ContextVar[bool]] = ContextVar("portable_faas_orchestrating", default=False)


class Call(Generic[R]):
    """One durable operation, awaited at most once; ``R`` is what the await gives.

    ``outside_locks``: it could wait for the very lock that its own instance holds, so it is refused inside one.
    """

    __slots__ = ("_awaited",)
    outside_locks: ClassVar[bool] = False

    def __init__(self) -> None:
        self._awaited = False

    def __await__(self) -> Generator["Call[Any]", Any, R]:
        self.take()
        if ORCHESTRATING.get():
            result: R = yield self
            return result
        if isinstance(sys.exception(), GeneratorExit):
            # A `finally` block of an abandoned coroutine: Python runs it when the coroutine is closed or collected
            # as garbage, and nothing durable may come of that.
            raise GeneratorExit
        return (yield from self._outside().__await__())

    def take(self) -> None:
        """Mark the call as used; ``RuntimeError`` the second time."""
        if self._awaited:
            raise RuntimeError(f"{self} was awaited twice; call it again for a second run")
        self._awaited = True

    def _outside(self) -> Awaitable[R]:
        raise RuntimeError(f"{self} can be awaited only inside an orchestrator")

    def __str__(self) -> str:
        return type(self).__name__


@final
class ActivityCall(Call[R]):
    """Run an activity at least once and record its result once."""

    __slots__ = ("args", "fn", "kwargs", "name", "retry", "signature", "timeout")

    def __init__(
        self,
        name: str,
        fn: Callable[..., R | Awaitable[R]],
        signature: "Callable[[], Signature]",
        retry: Retry | None,
        timeout: int | None,
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> None:
        super().__init__()
        self.name = name
        self.fn = fn
        self.signature = signature
        self.retry = retry
        self.timeout = timeout
        self.args = args
        self.kwargs = kwargs

    async def _outside(self) -> R:
        result = self.fn(*self.args, **self.kwargs)
        return cast(R, await result if isinstance(result, Awaitable) else result)

    def wait_after(self, attempt: int, error: BaseException) -> float | None:
        """Seconds until the next try when ``attempt`` (from 1) failed so, before jitter; None if it failed for good."""
        retry = self.retry
        if retry is None or attempt >= retry.attempts or isinstance(error, NotPortable) or not retry.covers(error):
            return None
        return retry.delay(attempt)

    def late(self) -> TimeoutError:
        """What an attempt that took longer than ``timeout`` ends with; one text on every engine."""
        return TimeoutError(f"activity {self.name} timed out after {self.timeout} s")

    def __str__(self) -> str:
        return f"activity {self.name}"


@final
class Sleep(Call[None]):
    """A durable timer; ``due`` is aware. ``relative`` says that it counts from the moment it starts."""

    __slots__ = ("due", "relative")

    def __init__(self, due: datetime, relative: bool = False) -> None:
        super().__init__()
        self.due = due
        self.relative = relative

    def __str__(self) -> str:
        return f"timer until {self.due.isoformat()}"


@final
class SetStatus(Call[None]):
    """Publish a custom status of at most 16 KiB."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value

    def text(self) -> str:
        """Its JSON; ``NotPortable`` for what is not portable or too big."""
        from portable_faas.values import dumps, encode

        text = dumps(encode(object, self.value, "status"), "status")
        size = len(text.encode())
        if size > STATUS_LIMIT:
            raise NotPortable("status", f"{size} bytes of JSON is over the limit of {STATUS_LIMIT}; publish less")
        return text

    def __str__(self) -> str:
        return "set_status"


@final
class Gather(Call[R]):
    """Run awaitables side by side; ``branches`` makes each one when it is about to start."""

    __slots__ = ("branches", "count", "limit", "return_exceptions")

    def __init__(
        self,
        branches: Iterable[Awaitable[Any]],
        count: int,
        limit: int | None,
        return_exceptions: bool,
    ) -> None:
        super().__init__()
        self.branches = branches
        self.count = count
        self.limit = limit
        self.return_exceptions = return_exceptions

    def __str__(self) -> str:
        return f"gather of {self.count}"


def refuse(value: object) -> NoReturn:
    """Say what an orchestrator may await; raised when it awaits anything else."""
    raise TypeError(
        f"an orchestrator cannot await {type(value).__name__}: it awaits activities, ctx operations "
        "and its own async helpers; put other async work in an activity"
    )


def inside_lock(call: Call[Any]) -> NotSupported:
    """What a call that belongs outside of locks ends with where one is held; one text on every engine."""
    return NotSupported(f"{call} inside a lock could wait for itself; leave the `async with ctx.lock` first")
