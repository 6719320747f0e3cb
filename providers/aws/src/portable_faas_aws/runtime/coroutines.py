"""Runs coroutines in a process that handles one call at a time, and blocking work inside them.

asyncio takes longer to load than all of ours, so it is loaded once a coroutine really waits, or where the program has
loaded it anyway. Its loop then stays for the life of the process, as do the tasks and connections that belong to it.
"""

import sys
from collections.abc import Callable, Coroutine, Generator
from typing import Any, TypeVar, final

T = TypeVar("T")


@final
class Coroutines:
    """The coroutines of one process."""

    def __init__(self) -> None:
        self._loop: Any = None

    def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """Run one to its end."""
        if "asyncio" not in sys.modules:
            try:
                first = coroutine.send(None)
            except StopIteration as stop:
                result: T = stop.value
                return result
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

    def guarded() -> Any:
        try:
            return call()
        except Exception:
            raise
        except BaseException as raised:
            raise RuntimeError(repr(raised)) from raised

    return await blocking(guarded)


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
