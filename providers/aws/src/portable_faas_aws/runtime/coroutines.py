"""Runs coroutines in a process that handles one call at a time, and blocking work inside them.

asyncio takes longer to load than all of ours, and entering its loop longer than all that we do for a request. So a
coroutine begins without, and goes on in the loop once it really waits, or before an ``async def`` of a program that has
loaded asyncio. The loop stays for the life of the process, as do the tasks and connections that belong to it.
"""

import sys
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar, final

if TYPE_CHECKING:
    from portable_faas.triggers.function import Function

_LOOP: Final = object()
T = TypeVar("T")


@final
class Coroutines:
    """The coroutines of one process; with ``always``, all of each runs in the loop."""

    def __init__(self, always: bool = False) -> None:
        self._always = always
        self._loop: Any = None

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run one to its end."""
        if not self._always:
            try:
                first = coroutine.send(None)
            except StopIteration as stop:
                result: T = stop.value
                return result
            if first is not _LOOP:
                coroutine = rest_of(coroutine, first)
        if self._loop is None:
            import asyncio

            self._loop = asyncio.new_event_loop()
        done: T = self._loop.run_until_complete(coroutine)
        return done

    def close(self) -> None:
        """End the loop; for tests, since a function's process just ends."""
        if self._loop is not None:
            self._loop.close()


async def called(function: "Function[..., Any]", args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
    """Call a function; an ``async def`` in the loop if asyncio is loaded, since it may use it before it waits."""
    if function.is_async and "asyncio" in sys.modules and not loop_runs():
        await _InLoop()
    return await function.run(args, kwargs, surviving)


@final
class _InLoop:
    """Awaited outside the loop, it lets ``Coroutines`` go on inside."""

    def __await__(self) -> Generator[Any, Any, None]:
        yield _LOOP


def loop_runs() -> bool:
    """Whether the caller is inside an event loop."""
    asyncio: Any = sys.modules.get("asyncio")
    return asyncio is not None and asyncio.events._get_running_loop() is not None


async def blocking(work: Callable[[], T]) -> T:
    """Do what blocks, in a thread where others could go on meanwhile."""
    if not loop_runs():
        return work()
    import asyncio

    return await asyncio.to_thread(work)


async def surviving(call: Callable[[], Any]) -> Any:
    """Run a plain function of the user's; that it wants to end the process is an error like another."""
    return await blocking(lambda: _guarded(call)) if loop_runs() else _guarded(call)


def _guarded(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Exception:
        raise
    except BaseException as raised:
        raise RuntimeError(repr(raised)) from raised


async def rest_of(coroutine: Coroutine[Any, Any, Any], first: Any) -> Any:
    """What is left of a coroutine that has been sent to once, outside a loop, and gave ``first``."""
    return await _Begun(coroutine, first)


@final
class _Begun:
    """A coroutine that has already been sent to once, and gave ``first``."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any], first: Any) -> None:
        self.coroutine = coroutine
        self.first = first

    def __await__(self) -> Generator[Any, Any, Any]:
        yield self.first
        return (yield from self.coroutine.__await__())
