"""A host process as an engine of portable_faas, spoken to over HTTP.

Instances are started, terminated and purged through the durable API, as any HTTP client does it; whole records, waiting
and virtual time come from the host's own API for tests.
"""

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final, final
from urllib.parse import quote

import aiohttp

from portable_faas.app import App
from portable_faas.client import Client
from portable_faas.context.instances import StartCall
from portable_faas.errors import InstanceNotFound, NotSupported
from portable_faas.provider import Query, Record
from portable_faas.resources import DeadLetter
from portable_faas.triggers.function import Function
from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer
from portable_faas.triggers.receiving import source_of
from portable_faas_azure.client.requests import KEY_HEADER, DurableApi, told
from portable_faas_azure.emulator.azurite import Azurite
from portable_faas_azure.emulator.process import HostProcess
from portable_faas_azure.emulator.record import matches, usage_of
from portable_faas_azure.emulator.server import NOW
from portable_faas_azure.emulator.visitor import Visitor

CLOSED: Final = "this client is closed; start the app again"
DYING_SECONDS: Final = 3.0  # what a host that has lost its storage takes to say so and end


@final
class RemoteBackend(DurableApi):
    """Drives one host process."""

    def __init__(self, app: App, host: HostProcess, storage: Azurite, visitor: Visitor | None = None) -> None:
        super().__init__(app)
        self._visitor = visitor
        self._host = host
        self._storage = storage
        headers = {KEY_HEADER: host.key}
        endless = aiohttp.ClientTimeout(total=None, sock_connect=10)
        self._session = aiohttp.ClientSession(host.url, headers=headers, timeout=endless)
        self._closed = False

    async def finished(self, instance_id: str, timeout: float | None) -> Record:
        """Wait for the end of an instance."""
        limit = "" if timeout is None else f"?timeout={timeout!r}"
        return _record(await self._found(instance_id, "POST", f"/emulator/wait/{quote(instance_id)}{limit}"))

    async def status(self, instance_id: str) -> Record:
        """The instance after its last turn."""
        return _record(await self._found(instance_id, "GET", f"/emulator/records/{quote(instance_id)}"))

    async def list(self, query: Query) -> Sequence[Record]:
        """The matching instances, newest first."""
        _, found = await self._ask("GET", "/emulator/records")
        records = [_record(values) for values in found]
        return [record for record in records if matches(record, query)][: query.limit]

    async def advance(self, seconds: float) -> None:
        """Let virtual time pass."""
        status, answer = await self._ask("POST", f"/emulator/advance?seconds={seconds!r}")
        if status != 200:
            raise self._unexpected(status, answer)

    async def usage(self, instance_id: str) -> Mapping[str, int]:
        """The executions of the orchestrator function and of activity functions."""
        return usage_of((await self._context(instance_id))["history"])

    async def drop(self) -> None:
        """Delete what the host keeps in the storage."""
        await self._ask("POST", "/emulator/drop")

    async def close(self) -> None:
        """Stop the host process; the storage keeps the instances."""
        if not self._closed:
            self._closed = True
            if self._visitor is not None:
                await self._visitor.close()
            await self._session.close()
            await self._host.close()

    # Functions with triggers.

    async def serve(self, origin: str = "") -> None:
        """Tell the host where its URLs begin; it delivers and runs schedules from its start on."""
        if origin:
            await self._ask("POST", "/emulator/origin", origin)

    async def answer(self, request: Request) -> Answer:
        """What the app answers to a request."""
        target = f"{request.path}?{request.query}" if request.query else request.path
        body = b64encode(request.body).decode()
        given = {"method": request.method, "target": target, "headers": request.headers, "body": body}
        status, answer = await self._ask("POST", "/emulator/request", json.dumps(given))
        if status != 200:
            raise self._unexpected(status, answer)
        code, headers, text = answer
        return Answer(code, tuple((name, value) for name, value in headers), b64decode(text))

    def now(self) -> int:
        """The host's time, as it was when it last answered."""
        return self._seen().clock.now()

    async def dead_letters(self, function: Function[..., Any]) -> Sequence[DeadLetter]:
        """What a function could not do."""
        return await self._seen().services.letters(source_of(function))

    async def begin(self, call: StartCall[Any]) -> Any:
        """Start an orchestration for a test that calls a function itself."""
        orchestrator = self._app.orchestrators[call.name]
        client = Client(self._app, self)
        return await client.start(orchestrator, *call.args, instance_id=call.instance_id, if_exists=call.if_exists)

    def _seen(self) -> Visitor:
        if self._visitor is None:
            raise NotSupported(f"app {self._app.name!r} has no functions with triggers and no resources")
        return self._visitor

    # The requests.

    async def _raised_events(self, instance_id: str) -> int:
        return int(await self._found(instance_id, "GET", f"/emulator/raised/{quote(instance_id)}"))

    async def _context(self, instance_id: str) -> Any:
        return await self._found(instance_id, "GET", f"/emulator/contexts/{quote(instance_id)}")

    async def _found(self, instance_id: str, method: str, path: str) -> Any:
        status, answer = await self._ask(method, path)
        if status == 404:
            raise InstanceNotFound(instance_id)
        if status == 408:
            raise TimeoutError(answer["Message"])
        if status != 200:
            raise self._unexpected(status, answer)
        return answer

    def _unexpected(self, status: int, answer: Any) -> Exception:
        return RuntimeError(f"the emulated host of azure answered {status}: {told(answer)}")

    async def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, Any]:
        if self._closed:
            raise RuntimeError(CLOSED)
        headers = {} if body is None else {"Content-Type": "application/json"}
        try:
            # aiohttp warns about a large body that is no stream
            data = None if body is None else BytesIO(body.encode())
            async with self._session.request(method, path, data=data, headers=headers) as answer:
                text = await answer.read()
                if self._visitor is not None and NOW in answer.headers:
                    self._visitor.clock.seen(int(answer.headers[NOW]))
                if answer.status == 503:
                    raise RuntimeError(await self._death() or text.decode())
                return answer.status, await answer.json() if text else None
        except (aiohttp.ClientError, ConnectionError) as lost:
            if self._closed:
                raise RuntimeError("this client was closed while it was waiting") from lost
            raise RuntimeError(await self._death() or f"the emulated host of azure did not answer: {lost}") from lost

    async def _death(self) -> str | None:
        """Why the host has ended, as far as that can be told."""
        code = await self._host.ended(DYING_SECONDS)
        problem = await asyncio.to_thread(self._storage.problem)
        if problem is not None:
            return f"{problem}; what app {self._app.name!r} had running on it is lost, run it again"
        if code is None:
            return None
        how = f"was killed by signal {-code}" if code < 0 else f"has ended with exit code {code}"
        return f"the process that runs app {self._app.name!r} {how}: an activity may have ended it, its log says more"


def _record(values: list[Any]) -> Record:
    return Record(*values)
