"""A host in a process of its own.

    python -m portable_faas_azure.emulator.host_process FOLDER [--port N] [--real-time]

It loads the built app in FOLDER as the worker does, with the program and our run-time modules in it and with nothing of
where it was built; on Python 3.13 Microsoft's worker library does that. Its state is in the storage that the
environment variable ``AzureWebJobsStorage`` names, and ``AzureFunctionsJobHost__extensions__durableTask__hubName``
stands above the hub's name in ``host.json``, as on the platform. It prints one line of JSON when it is ready:

    {"port": 43211, "key": "..."}

It ends when its stdin does, so never outlives who started it. Whatever else the app prints goes to stderr. Exit codes:
0 asked to end, 2 the folder or the storage's name is wrong or a queue is missing, 3 the storage is gone or the port is
taken.
"""

import argparse
import asyncio
import importlib
import json
import logging
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple, final

import azure.functions as func

from portable_faas_azure.emulator.azure_store import AzureStore
from portable_faas_azure.emulator.functions import Functions
from portable_faas_azure.emulator.host import Host
from portable_faas_azure.emulator.invocation import HostClock
from portable_faas_azure.emulator.provided import Provided
from portable_faas_azure.emulator.retaining import Retaining
from portable_faas_azure.emulator.server import Server
from portable_faas_azure.emulator.sources import Limits, NoQueue, Sources
from portable_faas_azure.emulator.store import StoreLost
from portable_faas_azure.emulator.surroundings import Surroundings, settings
from portable_faas_azure.emulator.worker import Raised, Worker
from portable_faas_azure.runtime.names import PREFIX, Names

LIBRARY: Final = (3, 13)  # the worker of this Python and newer ones is a library, and a requirement of the emulator
if sys.version_info >= LIBRARY:
    from portable_faas_azure.emulator.library import Library

STORAGE: Final = "AzureWebJobsStorage"
LOG_LEVEL: Final = "PFAAS_LOG_LEVEL"
DEFAULT_HUB: Final = "TestHubName"  # of the extension
# "Override host.json values", learn.microsoft.com: a setting of this name is read in place of the file's.
HUB: Final = "AzureFunctionsJobHost__extensions__durableTask__hubName"
SITE: Final = ".python_packages/lib/site-packages"  # where the worker looks for what the app needs
NO_NEWS: Final = "Auth level is not applied to non http function app"  # the SDK says so of every app without HTTP
APP_CLOCK: Final = "portable_faas_azure.runtime.clock"
SHIPPED: Final = ("portable_faas", "portable_faas_azure")  # what the host is made of too


class WrongFolder(Exception):
    """What stands in the folder is no app that a host can load."""


@final
class Loaded(NamedTuple):
    """An app folder: who runs the functions that the worker indexes, and the task hub's name."""

    functions: Worker
    hub: str
    limits: Limits


async def load(folder: Path) -> Loaded:
    """Read ``host.json`` and load ``function_app.py`` as the Python worker does. Raises ``WrongFolder``."""
    for name in ("host.json", "function_app.py"):
        if not (folder / name).is_file():
            raise WrongFolder(f"{folder} is no built app: it has no {name}")
    try:
        given = json.loads((folder / "host.json").read_text("utf-8"))
    except ValueError as wrong:
        raise WrongFolder(f"{folder / 'host.json'} is not JSON: {wrong}") from wrong
    hub = _hub(given)
    enter(folder)
    functions = await _through_library(folder) if sys.version_info >= LIBRARY else _imported(folder)
    return Loaded(functions, hub, Limits.read(given))


def enter(folder: Path) -> None:
    """Let imports find the package's own copy of our modules: one that was not packed is missing, as on Azure."""
    sys.path[:0] = [str(folder), str(folder / SITE)]
    for name in [name for name in sys.modules if name.partition(".")[0] in SHIPPED and name != __name__]:
        del sys.modules[name]


def _imported(folder: Path) -> Worker:
    """The worker of Python 3.11 and 3.12 is in no registry; its indexing is the public ``get_functions()``."""
    module = importlib.import_module("function_app")
    apps = [value for value in vars(module).values() if isinstance(value, func.FunctionRegister)]
    if len(apps) != 1:
        raise WrongFolder(f"{folder / 'function_app.py'} has to hold one FunctionApp; it holds {len(apps)}")
    return Functions(apps[0])


async def _through_library(folder: Path) -> Worker:
    try:
        return await Library.open(folder)
    except Raised as refused:
        raise WrongFolder(f"{folder / 'function_app.py'} cannot be loaded by the worker: {refused}") from refused


def _hub(given: dict[str, Any]) -> str:
    configured = given.get("extensions", {}).get("durableTask", {}).get("hubName", DEFAULT_HUB)
    hub = os.environ.get(HUB, configured)
    if not (isinstance(hub, str) and hub.isascii() and hub.isalnum() and hub[0].isalpha() and 3 <= len(hub) <= 45):
        place = HUB if HUB in os.environ else "hubName in host.json"
        raise WrongFolder(f"{place} is 3 to 45 letters and digits, a letter first, not {hub!r}")
    return hub


def main() -> None:
    """Run until stdin ends."""
    options = _options()
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what user code prints is not for who reads the ready line
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started it, who then ends it
    level = os.environ.get(LOG_LEVEL, "WARNING")
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    for noisy in ("azure.core", "azure.storage", "azure.data"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    logging.getLogger().addFilter(lambda record: NO_NEWS not in record.getMessage())
    connection = os.environ.get(STORAGE)
    if not connection:
        sys.exit(_say(f"set {STORAGE} to the connection string of the storage", 2))
    sys.exit(asyncio.run(_run(connection, options, out)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m portable_faas_azure.emulator.host_process")
    parser.add_argument("folder", type=Path, help="a built app: function_app.py and host.json")
    parser.add_argument("--port", type=int, default=0, help="of loopback (default: a free one)")
    parser.add_argument("--provided", type=Path, help="what stands around an app with triggers or resources, as JSON")
    parser.add_argument("--real-time", action="store_true", help="timers take their time (default: virtual time)")
    return parser.parse_args()


async def _run(connection: str, options: argparse.Namespace, out: Any) -> int:
    try:
        loaded = await load(options.folder.resolve())
    except WrongFolder as wrong:
        return _say(str(wrong), 2)
    return await _serve(loaded, connection, options, out)


async def _serve(loaded: Loaded, connection: str, options: argparse.Namespace, out: Any) -> int:
    ended: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()

    def end(error: BaseException | None = None) -> None:
        if not ended.done():
            ended.set_result(error)

    try:
        store = AzureStore(connection, loaded.hub)
    except ValueError as wrong:
        return _say(f"{STORAGE} is not a connection string: {wrong}", 2)
    host = Host(loaded.functions, store, real_time=options.real_time, on_broken=end)
    surroundings = _surroundings(options.provided, connection, host)
    server = Server(host, loaded.hub, surroundings)
    try:
        await host.open()
        await server.open(options.port)
        Retaining(host.functions, host.clock, host.spawn, host.invocations.call).open()
        if surroundings is not None:
            await _attend(host, server, surroundings, loaded.limits, connection)
        print(json.dumps({"port": server.port, "key": server.key, "now": host.clock.now}), file=out, flush=True)
        await _until_stdin_ends(end)
        return _verdict(await ended)
    except NoQueue as missing:
        return _say(str(missing), 2)
    except StoreLost as gone:
        return _say(str(gone), 3)
    except OSError as taken:
        return _say(f"port {options.port} is taken: {taken.strerror or taken}", 3)
    finally:
        await server.close()
        with suppress(StoreLost):
            await host.close()


def _surroundings(provided: Path | None, connection: str, host: Host) -> Surroundings | None:
    if provided is None:
        return None
    names = Names(os.environ.get(PREFIX, ""))
    return Surroundings(Provided.parse(provided.read_text("utf-8")), connection, names, host.clock)


async def _attend(host: Host, server: Server, around: Surroundings, limits: Limits, connection: str) -> None:
    """Let the app find its resources and the host's clock, and begin with its queues and timers."""
    os.environ.update(settings(around.provided, connection, server.port, server.app_key))
    clock = HostClock(host.clock, host.invocations)
    importlib.import_module(APP_CLOCK).use(clock)  # the package's own copy, which the app has loaded
    sources = Sources(host.functions, around.storage, host.clock, limits, host.spawn, host.invocations.call)
    await sources.find()
    host.attend(sources)


def _verdict(error: BaseException | None) -> int:
    if error is None:
        return 0
    if isinstance(error, StoreLost):
        return _say(str(error), 3)
    raise error


async def _until_stdin_ends(end: Any) -> None:
    loop = asyncio.get_running_loop()

    class Watch(asyncio.Protocol):
        def connection_lost(self, exc: Exception | None) -> None:
            end()

    await loop.connect_read_pipe(Watch, sys.stdin)


def _say(text: str, exit_code: int) -> int:
    print(f"azure host: {text}", file=sys.stderr, flush=True)
    return exit_code


if __name__ == "__main__":
    main()
