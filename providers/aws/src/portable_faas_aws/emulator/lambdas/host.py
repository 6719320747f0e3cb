"""Runs the functions of an emulated account: starts sandboxes when needed, keeps them warm, stops them all."""

import asyncio
import logging
import os
import shutil
import tempfile
import threading
import zipfile
from collections import defaultdict, deque
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any, Final, Protocol, final

from portable_faas_aws.emulator.declared import Function
from portable_faas_aws.emulator.lambdas.invocation import Invocation
from portable_faas_aws.emulator.lambdas.sandbox import PYTHON, REGION, Sandbox

LOG: Final = logging.getLogger("portable_faas.lambda")  # what functions write, as they write it
MAX_SANDBOXES: Final = 16  # of one function; more invocations wait, since they are processes of one machine
INHERITED: Final = ("PATH", "LD_LIBRARY_PATH", "TMPDIR", "SYSTEMROOT")
CREDENTIALS: Final = {name: "emulated" for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")}


class UnknownFunction(LookupError):
    """There is no function of that name."""


class Outside(Protocol):
    """The account that the functions belong to, where they come and go through its API."""

    def find(self, name: str) -> Function | None:
        """The function that a name or an ARN means now."""
        ...

    def credentials(self, function: Function) -> Mapping[str, str]:
        """What its processes sign with; an error says why it has none."""
        ...

    def invoked(self, invocation: Invocation, lines: Sequence[str]) -> None:
        """An invocation has ended; ``lines`` are what was written since the one before."""
        ...


@final
class Host:
    """All state belongs to the thread of its event loop; ``invoke`` and ``logs`` may be called from any."""

    def __init__(
        self,
        functions: Iterable[Function],
        environment: Mapping[str, str],
        python: str = PYTHON,
        outside: Outside | None = None,
    ) -> None:
        self._functions = {function.name: function for function in functions}
        for function in self._functions.values():
            if not function.code.exists():
                raise FileNotFoundError(f"the code of function {function.name!r} is not there: {function.code}")
        self._environment = environment
        self._python = python
        self._outside = outside
        self._folder = Path(tempfile.mkdtemp(prefix="portable-faas-lambda-"))
        self._code: dict[str, Path] = {}
        self._sandboxes: dict[str, list[Sandbox]] = defaultdict(list)
        self._idle: dict[str, list[Sandbox]] = defaultdict(list)
        self._queued: dict[str, deque[Invocation]] = defaultdict(deque)
        self._starting: set[asyncio.Task[None]] = set()
        self._logs: dict[str, list[Path]] = defaultdict(list)
        self._kept: dict[str, list[str]] = {}
        self._told: dict[str, int] = defaultdict(int)
        self._closing = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="emulator-lambda", daemon=True)
        self._thread.start()

    def invoke(self, name: str, event: bytes, ended: Callable[[], object]) -> Invocation:
        """Begin an invocation; ``name`` may be an ARN, its qualifier is not looked at. Raises UnknownFunction."""
        invocation = Invocation(self.function(name), event, lambda: self._tell(invocation, ended))
        self._loop.call_soon_threadsafe(self._queue, invocation)
        return invocation

    def function(self, name: str) -> Function:
        """The function that a name or an ARN means; raises UnknownFunction."""
        parts = name.split(":")
        plain = parts[parts.index("function") + 1] if "function" in parts[:-1] else parts[0]
        if plain in self._functions:
            return self._functions[plain]
        found = None if self._outside is None else self._outside.find(name)
        if found is None:
            raise UnknownFunction(f"Function not found: {name}")
        return found

    def logs(self, name: str) -> list[str]:
        """What the processes of a function wrote, process after process, a line each; also after ``close``."""
        if name in self._kept:
            return self._kept[name]
        return [line for path in self._logs[name] for line in path.read_text("utf-8", "replace").splitlines()]

    def cool(self) -> None:
        """End the processes that have nothing to do, and wait for that."""
        asyncio.run_coroutine_threadsafe(self._cool(), self._loop).result()

    async def _cool(self) -> None:
        # One that has just answered, and has not asked again, rests too.
        living = (sandbox for sandboxes in self._sandboxes.values() for sandbox in sandboxes if sandbox.alive)
        resting = [sandbox for sandbox in living if not sandbox.busy]
        for sandbox in resting:
            sandbox.kill()
        while any(sandbox.alive for sandbox in resting):
            await asyncio.sleep(0.001)

    def crash(self, choice: Random) -> bool:
        """Kill one of the processes that are at work; False if none is."""
        return asyncio.run_coroutine_threadsafe(self._crash(choice), self._loop).result()

    async def _crash(self, choice: Random) -> bool:
        working = [each for sandboxes in self._sandboxes.values() for each in sandboxes if each.alive and each.busy]
        if working:
            choice.choice(working).kill()
        return bool(working)

    def close(self) -> None:
        """Kill every process, wait for its end and remove what was written."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._kept = {name: self.logs(name) for name in {*self._functions, *self._logs}}
        shutil.rmtree(self._folder, ignore_errors=True)

    def _queue(self, invocation: Invocation) -> None:
        if self._closing:
            return invocation.fail("Runtime.ExitError", "the emulated AWS was closed")
        name = invocation.function.name
        self._queued[name].append(invocation)
        if self._idle[name]:
            self._free(self._idle[name].pop())
        elif self._returning(name) < len(self._queued[name]) and len(self._sandboxes[name]) < MAX_SANDBOXES:
            self._start(invocation.function)
        return None

    def _start(self, function: Function) -> None:
        log = self._folder / f"{function.name}-{len(self._logs[function.name])}.log"
        log.touch()
        self._logs[function.name].append(log)
        sandbox = Sandbox(function, log, self._free, self._gone)
        self._sandboxes[function.name].append(sandbox)
        # The first invocation belongs to the sandbox from its start, so that it hears of an error during start-up.
        sandbox.take(self._queued[function.name].popleft())
        self._run(self._launch(sandbox, function))

    async def _launch(self, sandbox: Sandbox, function: Function) -> None:
        try:
            await sandbox.start(self._unpacked(function), self._variables(function), self._python)
        except Exception as error:  # a role that may not be acted as, too
            sandbox.refuse(f"its process could not be started: {error}")

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._starting.add(task)
        task.add_done_callback(self._starting.discard)

    def _returning(self, name: str) -> int:
        """How many sandboxes have answered and are about to ask again."""
        working = sum(sandbox.alive and not sandbox.busy for sandbox in self._sandboxes[name])
        return working - len(self._idle[name])

    def _free(self, sandbox: Sandbox) -> None:
        name = sandbox.function.name
        if self._queued[name]:
            sandbox.take(self._queued[name].popleft())
        else:
            self._idle[name].append(sandbox)

    def _gone(self, sandbox: Sandbox) -> None:
        name = sandbox.function.name
        if sandbox in self._idle[name]:
            self._idle[name].remove(sandbox)
        if self._closing:
            return
        self._sandboxes[name].remove(sandbox)
        self._run(sandbox.close())
        if self._queued[name]:
            self._start(sandbox.function)

    def _tell(self, invocation: Invocation, ended: Callable[[], object]) -> None:
        """Hand over what the processes of a function have written since the last time."""
        if self._outside is not None or LOG.isEnabledFor(logging.INFO):
            name = invocation.function.name
            lines = self.logs(name)
            fresh, self._told[name] = lines[self._told[name] :], len(lines)
            for line in filter(None, fresh):
                LOG.info("%s: %s", name, line)
            if self._outside is not None:
                self._outside.invoked(invocation, fresh)
        ended()

    def _unpacked(self, function: Function) -> Path:
        if function.code.is_dir():
            return function.code.resolve()
        key = str(function.code.resolve())
        if key not in self._code:
            self._code[key] = self._folder / f"code-{len(self._code)}"
            with zipfile.ZipFile(function.code) as archive:
                archive.extractall(self._code[key])
        return self._code[key]

    def _variables(self, function: Function) -> dict[str, str]:
        folder = str(self._unpacked(function))
        name, _, version = function.name.partition(":")
        return {
            **{name: os.environ[name] for name in INHERITED if name in os.environ},
            "LANG": "C.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": folder,
            "PYTHONPYCACHEPREFIX": str(self._folder / "bytecode"),
            "LAMBDA_TASK_ROOT": folder,
            "_HANDLER": function.handler,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_VERSION": version or "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group or f"/aws/lambda/{name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "emulated",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            **CREDENTIALS,
            **self._environment,
            **function.environment,
            **(self._outside.credentials(function) if self._outside else {}),
        }

    async def _close(self) -> None:
        self._closing = True
        for queue in self._queued.values():
            for invocation in queue:
                invocation.fail("Runtime.ExitError", "the emulated AWS was closed")
        await asyncio.gather(*self._starting, return_exceptions=True)
        living = [sandbox for sandboxes in self._sandboxes.values() for sandbox in sandboxes]
        for sandbox in living:
            sandbox.kill()
        for sandbox in living:
            await sandbox.close()
        await asyncio.sleep(0)  # what the watchers posted last
        await self._loop.shutdown_default_executor()
