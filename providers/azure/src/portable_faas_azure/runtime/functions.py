"""``AzureFunctions``: runs the functions with triggers of an app: requests, messages, ticks of schedules.

It is made at the first invocation, in the event loop of the worker, and lives as long as the process.
"""

import asyncio
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, final

from portable_faas.app import App
from portable_faas.context.inside import inside
from portable_faas.context.instances import StartCall
from portable_faas.errors import InstanceNotFound, NotSupported
from portable_faas.resources import Grant
from portable_faas.resources.acting import services
from portable_faas.triggers.delivery import moment
from portable_faas.triggers.event import Tick
from portable_faas.triggers.function import Function
from portable_faas.triggers.http.objects import object_page
from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer
from portable_faas.triggers.trigger import Schedule
from portable_faas.values.logged import log_failure
from portable_faas_azure.runtime.clock import clock
from portable_faas_azure.runtime.names import PREFIX, Names
from portable_faas_azure.runtime.ncrontab import Due
from portable_faas_azure.runtime.receiver import Receiver
from portable_faas_azure.runtime.services import SIGNING, AzureServices
from portable_faas_azure.runtime.storage import Storage

if TYPE_CHECKING:
    from portable_faas.client import Client

LOG: Final = logging.getLogger("portable_faas.azure")


@final
class AzureFunctions:
    """The functions of one app; ``invoked`` gives what one invocation needs."""

    def __init__(self, app: App, settings: Mapping[str, str] = os.environ) -> None:
        self._app = app
        self._clock = clock()
        storage = Storage(settings, Names(settings.get(PREFIX, "")))
        self.services: Final = AzureServices(app, settings, storage, self._clock)

    def invoked(self, binding: str) -> "Invocation":
        """One invocation; ``binding`` is what the durable client binding gave."""
        return Invocation(self, self._app, binding)

    def inside(self, binding: str = "") -> inside:
        """Let the code in a ``with`` block find resources and start orchestrations."""
        return inside(self.services, self.invoked(binding).start)

    def now(self) -> int:
        """Milliseconds since 1970 UTC."""
        return self._clock.now()


@final
class Invocation:
    """One call by the host, seen from the HTTP side and from those who deliver."""

    def __init__(self, functions: AzureFunctions, app: App, binding: str) -> None:
        self._functions = functions
        self._app = app
        self._binding = binding
        self.services: Final = functions.services

    def client(self) -> "Client":
        """A client of the running app."""
        # Loaded where it is used: most invocations start nothing.
        from portable_faas.client import Client
        from portable_faas_azure.runtime.durable import DurableBackend

        if not self._binding:
            raise NotSupported("this function has no durable client on azure; an activity that starts needs uses=")
        return Client(self._app, DurableBackend(self._binding, self._app.version, clock()))

    async def start(self, call: StartCall[Any]) -> Any:
        """Start an orchestration for the acting function; gives the handle."""
        services(Grant("orchestrator", call.name, "start"))
        orchestrator = self._app.orchestrators[call.name]
        chosen = {"instance_id": call.instance_id, "if_exists": call.if_exists}
        return await self.client().start(orchestrator, *call.args, **chosen)  # type: ignore[arg-type]

    async def deliver(self, function: Function[..., Any], body: str, id: str, dequeued: int) -> None:
        """Bring a function what its queue holds."""
        await Receiver(function, self.services, self.call).take(body, id, dequeued)

    async def tick(self, function: Function[..., Any], schedule: Schedule, last: int | None) -> None:
        """Run a function with a schedule, if this tick is due and nobody has run it; ``last``: the tick before it."""
        due = Due(schedule).at(self._functions.now(), last)
        if due is None or not await self.services.table.ran(function.name, due):
            return
        takes = function.fn.__code__.co_argcount
        try:
            await self.call(function, [Tick(moment(due))][:takes])
        except Exception as wrong:
            due_at = moment(due).isoformat()
            log_failure(LOG, logging.ERROR, wrong, "the run of %s due at %s failed", function.name, due_at)

    async def call(self, function: Function[..., Any], arguments: Sequence[Any]) -> Any:
        """Call a function with its own grants."""
        with inside(self.services, self.start):
            return await function.run(arguments, {}, in_thread)

    # What the HTTP side asks of its host.

    def now(self) -> float:
        """Seconds since 1970 UTC."""
        return self._functions.now() / 1000

    async def run(self, function: Function[..., Any], arguments: Mapping[str, Any]) -> Any:
        """Call a function that answers a request."""
        with inside(self.services, self.start):
            return await function.run((), arguments, in_thread)

    async def count(self, key: str, period: int) -> int:
        """Count in the app's table."""
        return await self.services.table.count(key, int(self.now()) // period)

    async def signing_key(self) -> bytes:
        """The key of this app."""
        return await self.services.table.secret(SIGNING)

    async def instance(self, instance_id: str) -> Mapping[str, Any] | None:
        """The status of an instance."""
        from portable_faas.triggers.http.status import status_document

        try:
            return status_document(await (await self.client().find(instance_id)).status())
        except (InstanceNotFound, ValueError):
            return None

    async def page(self, request: Request) -> Answer | None:
        """A signed URL of a bucket."""
        return await object_page(self, request)


async def in_thread(call: Callable[[], Any]) -> Any:
    """Run a plain function beside the worker's loop; what would end the process is an error of the function."""

    def work() -> Any:
        try:
            return call()
        except Exception:
            raise
        except BaseException as raised:
            raise RuntimeError(repr(raised)) from raised

    return await asyncio.to_thread(work)
