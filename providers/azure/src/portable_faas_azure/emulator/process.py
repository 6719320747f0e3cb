"""Starts a host process over an app folder, and ends it."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, final

from portable_faas.errors import NotInstalled
from portable_faas_azure.emulator.host_process import HUB, LOG_LEVEL, STORAGE
from portable_faas_azure.emulator.provided import Provided

MODULE: Final = "portable_faas_azure.emulator.host_process"
START_SECONDS: Final = 240
STOP_SECONDS: Final = 5


@final
class HostProcess:
    """A running one: its address and the key of its web hooks."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, key: str, now: int) -> None:
        self.process: Final = process
        self.url: Final = f"http://127.0.0.1:{port}"
        self.key: Final = key
        self.port: Final = port
        self.now: Final = now

    async def ended(self, seconds: float) -> int | None:
        """Its exit code, if it ends within ``seconds``."""
        with suppress(TimeoutError):
            return await asyncio.wait_for(self.process.wait(), seconds)
        return None

    async def close(self) -> None:
        """Ask it to end, then make it."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        for ask in (self.process.terminate, self.process.kill):
            if await self.ended(STOP_SECONDS) is not None:
                return
            ask()
        await self.process.wait()


async def start(
    folder: Path,
    connection: str,
    hub: str,
    *,
    real_time: bool = False,
    environment: Mapping[str, str] = os.environ,
    provided: Provided | None = None,
) -> HostProcess:
    """Start one and wait until it is ready. Its stderr is ours; ``NotInstalled`` when it cannot start.

    ``environment`` holds the app settings, which a function sees as environment variables; ``provided`` is for an app
    that is more than orchestrations.
    """
    given = {
        **environment,
        STORAGE: connection,
        HUB: hub,
        LOG_LEVEL: logging.getLevelName(logging.getLogger("portable_faas").getEffectiveLevel()),
    }
    options = ["--real-time"] if real_time else []
    if provided is not None:
        around = folder.parent / "provided.json"
        around.write_text(provided.text(), "utf-8")
        options += ["--provided", str(around)]
    command = [sys.executable, "-P", "-m", MODULE, str(folder), *options]
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, env=given)
    assert process.stdout is not None
    try:
        try:
            line = await asyncio.wait_for(process.stdout.readline(), START_SECONDS)
        except TimeoutError as late:
            told = f"the emulated host of azure was not ready after {START_SECONDS} s: this machine may be too busy"
            raise NotInstalled(f'{told}; try again, or keep the state in memory with storage="memory"') from late
        if not line:
            code = await process.wait()
            raise NotInstalled(f"the emulated host of azure did not start (exit code {code}); it says why above")
        ready = json.loads(line)
    except BaseException:
        if process.returncode is None:
            process.kill()
            await process.wait()
        raise
    return HostProcess(process, ready["port"], ready["key"], ready["now"])
