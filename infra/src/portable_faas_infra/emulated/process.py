"""Runs a Pulumi program on the real SDK, whose monitor is ours; in a thread, loop and context of its own.

The SDK keeps its settings in context variables, so a program leaves nothing behind. Its requests come from the default
executor of the loop, which has one thread here: resources are made in the order in which the program allows them.
"""

import asyncio
import contextvars
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from typing import Any, final

from google.protobuf import empty_pb2
from pulumi.runtime import Settings, configure, set_all_config
from pulumi.runtime.proto import engine_pb2
from pulumi.runtime.stack import run_in_stack

from portable_faas_infra.emulated.monitor import Monitor

Program = Callable[[], Any]


@final
class Engine:
    """Pulumi's engine service, of which a program needs the log."""

    def __init__(self, progress: Callable[[str], None]) -> None:
        self._progress = progress

    def Log(self, request: Any) -> Any:
        """A line of the program's log; debugging lines are dropped."""
        if request.severity != engine_pb2.DEBUG:
            self._progress(request.message)
        return empty_pb2.Empty()


def run(
    program: Program,
    monitor: Monitor,
    names: tuple[str, str],
    settings: Mapping[str, str],
    progress: Callable[[str], None],
) -> None:
    """Run ``program`` as the ``(project, stack)`` of ``names`` to its end; raises what it raised."""
    problem: list[BaseException] = []

    def work() -> None:
        configure(Settings(*names, monitor=monitor, engine=Engine(progress), dry_run=False))
        set_all_config(dict(settings), [])
        try:
            asyncio.run(_run(program))
        except BaseException as error:
            problem.append(error)

    thread = Thread(target=contextvars.Context().run, args=(work,), name="pulumi-program")
    thread.start()
    thread.join()
    if problem:
        raise problem[0]


async def _run(program: Program) -> None:
    loop = asyncio.get_running_loop()
    # A failure reaches every output that depends on it, and asyncio would report each; it is raised once, by the run.
    loop.set_exception_handler(lambda _loop, _context: None)
    with ThreadPoolExecutor(1, "pulumi-rpc") as executor:
        loop.set_default_executor(executor)
        await run_in_stack(program)
