"""One process of a function and the runtime interface it talks to; it works on one invocation at a time.

The process is ``python -m awslambdaric <handler>``. It asks its own listener for the next event and posts the result
there (docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). The client puts no path before the interface's own,
hence a port per sandbox.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final, final

from portable_faas_aws.emulator.declared import Function
from portable_faas_aws.emulator.lambdas.http import Request, Response, serve
from portable_faas_aws.emulator.lambdas.invocation import Invocation

API: Final = "/2018-06-01/runtime/"
ACCEPTED: Final = Response(202, {"Content-Type": "application/json"}, b'{"status": "OK"}')
TRACE: Final = "Root=1-00000000-000000000000000000000000;Sampled=0"


@final
class Sandbox:
    """Lives on the host's loop; calls ``free`` when it can take an invocation, ``gone`` when its process has ended."""

    def __init__(
        self, function: Function, log: Path, free: Callable[["Sandbox"], object], gone: Callable[["Sandbox"], object]
    ) -> None:
        self.function: Final = function
        self.log: Final = log
        self.alive = True
        self._free = free
        self._gone = gone
        self._current: Invocation | None = None
        self._asked: asyncio.Future[Invocation] | None = None
        self._init_error: bytes | None = None
        self._alarm: asyncio.TimerHandle | None = None
        self._server: asyncio.Server | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: threading.Thread | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._loop = asyncio.get_running_loop()

    @property
    def busy(self) -> bool:
        """Whether it has an invocation."""
        return self._current is not None

    async def start(self, folder: Path, environment: Mapping[str, str], python: str) -> None:
        """Start the listener and the process."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [python, "-m", "awslambdaric", self.function.handler],
                cwd=folder,
                env={**environment, "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        watch = partial(self._watch, self._process)
        self._watcher = threading.Thread(target=watch, name=f"sandbox-{self.function.name}", daemon=True)
        self._watcher.start()

    def take(self, invocation: Invocation) -> None:
        """Work on ``invocation`` as soon as the process asks."""
        self._current = invocation
        if self._asked is not None:
            self._hand_over()

    def refuse(self, why: str) -> None:
        """The process did not start; whoever waits for it hears why."""
        self.alive = False
        invocation, self._current = self._current, None
        if invocation is not None:
            invocation.fail("Runtime.InvalidEntrypoint", f"RequestId: {invocation.id} Error: {why}")
        self._gone(self)

    def kill(self) -> None:
        """End the process and what it started; ``gone`` follows."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def close(self) -> None:
        """Wait for the end of the process, then of the listener."""
        if self._watcher is not None:
            await asyncio.to_thread(self._watcher.join)
        if self._server is not None:
            self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    def _watch(self, process: "subprocess.Popen[bytes]") -> None:
        status = process.wait()
        self._loop.call_soon_threadsafe(self._exited, status)

    def _exited(self, status: int) -> None:
        self.alive = False
        self._silence()
        self.kill()  # what the process started and left behind
        invocation, self._current = self._current, None
        if invocation is not None and self._init_error is not None:
            invocation.end(self._init_error, failed=True)
        elif invocation is not None:
            invocation.exited(status)
        self._gone(self)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = self._loop.create_task(serve(reader, writer, self._answer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _answer(self, request: Request) -> Response:
        what = request.path.partition(API)[2]
        if what == "invocation/next":
            return await self._next()
        if what == "init/error":
            self._init_error = request.body
        elif what.startswith("invocation/"):
            self._outcome(what.split("/")[1], what.endswith("/error"), request.body)
        return ACCEPTED

    async def _next(self) -> Response:
        asked = self._asked = self._loop.create_future()
        if self._current is not None:
            self._hand_over()
        else:
            self._free(self)
        invocation = await asked
        deadline = int((time.time() + self.function.timeout) * 1000)
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": invocation.id,
            "Lambda-Runtime-Deadline-Ms": str(deadline),
            "Lambda-Runtime-Invoked-Function-Arn": arn(self.function.name),
            "Lambda-Runtime-Trace-Id": TRACE,
        }
        return Response(200, headers, invocation.event)

    def _hand_over(self) -> None:
        asked, self._asked = self._asked, None
        if asked is not None and self._current is not None:
            self._current.begin()
            self._alarm = self._loop.call_later(self.function.timeout, self._timed_out)
            asked.set_result(self._current)

    def _outcome(self, request_id: str, failed: bool, body: bytes) -> None:
        if self._current is not None and self._current.id == request_id:
            self._silence()
            invocation, self._current = self._current, None
            invocation.end(body, failed=failed)

    def _timed_out(self) -> None:
        invocation, self._current = self._current, None
        self.alive = False
        self.kill()
        if invocation is not None:
            invocation.timed_out()

    def _silence(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()


def arn(name: str) -> str:
    """The ARN of a function of the emulated account."""
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


REGION: Final = "us-east-1"
ACCOUNT: Final = "123456789012"
PYTHON: Final = sys.executable
