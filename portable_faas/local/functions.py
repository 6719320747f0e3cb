"""``LocalFunctions``: runs the functions with triggers of an app beside the engine: requests, messages, schedules."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Final, final

from portable_faas.app import App
from portable_faas.errors import InstanceNotFound
from portable_faas.local.agenda import Agenda
from portable_faas.local.depot import Depot
from portable_faas.local.receiver import Receiver
from portable_faas.local.schedules import Scheduled
from portable_faas.local.services import LocalServices
from portable_faas.local.workers import Workers
from portable_faas.resources import DeadLetter
from portable_faas.triggers.function import Function
from portable_faas.triggers.http.api import Api
from portable_faas.triggers.http.objects import object_page
from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer
from portable_faas.triggers.http.status import status_document
from portable_faas.triggers.receiving import source_of
from portable_faas.triggers.trigger import Route, Schedule

if TYPE_CHECKING:
    from portable_faas.client import Client

KEPT: Final = 60  # seconds; a request that is counted in the store costs a transaction


@final
class LocalFunctions:
    """The functions of one app; ``client`` drives its orchestrations."""

    def __init__(self, app: App, depot: Depot, agenda: Agenda, client: "Client") -> None:
        self._depot = depot
        self._agenda = agenda
        self._client = client
        self._workers = Workers()
        self._counts: dict[tuple[str, int], int] = {}
        self.services = LocalServices(app, depot, agenda, self._look)
        self.services.client = client
        functions = app.functions.values()
        self.api = Api(functions, app.http, self)
        self._receivers = {
            source_of(function): Receiver(function, depot, agenda, self._run)
            for function in functions
            if not isinstance(function.trigger, Route | Schedule)
        }
        self._schedules = [
            Scheduled(function, function.trigger, depot, agenda, self._run)
            for function in functions
            if isinstance(function.trigger, Schedule)
        ]

    def begin(self) -> None:
        """Take up what is waiting, and start the schedules."""
        for receiver in self._receivers.values():
            self._agenda.soon(receiver.look)
        for scheduled in self._schedules:
            scheduled.begin()

    def dead_letters(self, function: Function[..., Any]) -> Sequence[DeadLetter]:
        """What a function could not do."""
        return self._depot.dead(source_of(function), -1)

    async def close(self) -> None:
        """Stop; what is under way is cancelled and will be delivered again."""
        await self._agenda.close()
        await self.api.close()
        self._workers.close()

    # What the HTTP side asks of its host.

    def now(self) -> float:
        """Seconds since 1970 UTC."""
        return self._agenda.now() / 1000

    async def run(self, function: Function[..., Any], arguments: Mapping[str, Any]) -> Any:
        """Call a function that answers a request."""
        with self.services.inside():
            return await function.run((), arguments, self._in_thread)

    async def count(self, key: str, period: int) -> int:
        """Count in memory what a restart takes as long as, the rest in the store."""
        window = int(self.now()) // period
        if period >= KEPT:
            return self._depot.count(key, window)
        if (key, window) not in self._counts:
            self._counts = {old: count for old, count in self._counts.items() if old[0] != key}
        self._counts[key, window] = count = self._counts.get((key, window), 0) + 1
        return count

    async def signing_key(self) -> bytes:
        """The key of this store."""
        return self._depot.key("signing")

    async def instance(self, instance_id: str) -> Mapping[str, Any] | None:
        """The status of an instance."""
        try:
            return status_document(await (await self._client.find(instance_id)).status())
        except (InstanceNotFound, ValueError):
            return None

    async def page(self, request: Request) -> Answer | None:
        """A signed URL of a bucket."""
        return await object_page(self, request)

    # How the others are called.

    async def _run(self, function: Function[..., Any], arguments: Sequence[Any]) -> Any:
        with self.services.inside():
            return await function.run(arguments, {}, self._in_thread)

    async def _in_thread(self, call: Callable[[], Any]) -> Any:
        loop, context = asyncio.get_running_loop(), copy_context()
        done: asyncio.Future[Any] = loop.create_future()

        def work() -> None:
            try:
                result, error = context.run(call), None
            except BaseException as raised:  # also SystemExit: it must not end the server
                result, error = None, raised if isinstance(raised, Exception) else RuntimeError(repr(raised))
            if not loop.is_closed():
                loop.call_soon_threadsafe(_settle, done, result, error)

        self._workers.submit(work)
        return await done

    def _look(self, sources: set[str]) -> None:
        for source in sources & self._receivers.keys():
            self._receivers[source].look()


def _settle(done: "asyncio.Future[Any]", result: Any, error: Exception | None) -> None:
    if done.done():
        return
    if error is None:
        done.set_result(result)
    else:
        done.set_exception(error)
