"""An app on Azure as an engine of portable_faas: the durable HTTP API of its function app, real time.

    connect(app, on="azure", outputs="outputs.json", key=KEY)      connect(app, on="azure", url="https://...", key=KEY)

The API gives an instance's status with the input, and the events that it was sent; it does not give the history that
the orchestrator is replayed from. What needs that one says so with ``NotSupported``.
"""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, Final, final
from urllib.parse import quote, urlencode, urlsplit

import aiohttp

from portable_faas.app import App
from portable_faas.deployer import read_outputs
from portable_faas.errors import InstanceNotFound, NotSupported
from portable_faas.provider import FINISHED, Query, Record
from portable_faas_azure.client.driven import Held
from portable_faas_azure.client.requests import KEY_HEADER, WEB_HOOK, DurableApi, told
from portable_faas_azure.client.shown import record_of, shown_as, started, text_of, written
from portable_faas_azure.runtime.happening import EVENT, read

KEY: Final = "PFAAS_AZURE_KEY"
SYSTEM_KEY: Final = "the system key durabletask_extension (az functionapp keys list -g GROUP -n SITE)"
INSTANCES: Final = f"{WEB_HOOK}/instances"
CONTINUATION: Final = "x-ms-continuation-token"
LIVE: Final = "Pending,Running,Suspended,ContinuedAsNew"
FIRST, LONGEST = 0.25, 5.0  # seconds between two looks at a running instance
SECONDS: Final = 60  # for one request; the first one may start the app
TRIES: Final = 4  # of a request that only looks
HERE: Final = frozenset({"127.0.0.1", "localhost", "::1"})
BUSY: Final = frozenset({429, 502, 503, 504})


@final
class DeployedBackend(DurableApi):
    """The app behind the address ``url``, whose durable API takes ``key``."""

    def __init__(self, app: App, url: str, key: str) -> None:
        super().__init__(app)
        self._url = url.rstrip("/")
        self._key = key
        self._session: aiohttp.ClientSession | None = None

    async def finished(self, instance_id: str, timeout: float | None) -> Record:
        """Ask until the instance has ended, more and more seldom."""
        until, pause = None if timeout is None else time.monotonic() + timeout, FIRST
        while (record := await self.status(instance_id)).status not in FINISHED:
            left = LONGEST if until is None else until - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"instance {instance_id}: no result after {timeout:g} s")
            await asyncio.sleep(min(pause, left))
            pause = min(pause * 1.5, LONGEST)
        return record

    async def status(self, instance_id: str) -> Record:
        """The instance after its last turn; its times are whole seconds."""
        return record_of(await self._shown(instance_id, "showInput=true"))

    async def list(self, query: Query) -> Sequence[Record]:
        """The matching instances, newest first. The API gives them in another order, so all that match are read."""
        wanted = {
            "instanceIdPrefix": query.prefix,
            "runtimeStatus": None if query.status is None else shown_as(query.status),
            "createdTimeFrom": None if query.since is None else written(query.since),
        }
        found = [record_of(shown) async for shown in self._listed(wanted)]
        matching = [record for record in found if query.orchestrator in (None, record.orchestrator)]
        return sorted(matching, key=lambda record: record.created_at, reverse=True)[: query.limit]

    async def _listed(self, wanted: Mapping[str, str | None]) -> AsyncIterator[dict[str, Any]]:
        """The instances that pass these filters, page by page; entities, which are instances too, are left out."""
        fields = urlencode({"showInput": "true"} | {name: value for name, value in wanted.items() if value})
        token = None
        while token != "":
            headers: dict[str, str] = {CONTINUATION: token} if token else {}
            status, page, answered = await self._request("GET", f"{INSTANCES}?{fields}", None, headers)
            if status != 200:
                raise self._unexpected(status, page)
            for shown in page:
                if not shown["instanceId"].startswith("@"):
                    yield shown
            token = answered.get(CONTINUATION, "")

    async def advance(self, seconds: float) -> None:
        """Refuse: time is real."""
        raise NotSupported("time is real on a deployed app; only testing.running(app) has virtual time")

    async def usage(self, instance_id: str) -> Mapping[str, int]:
        """Refuse: turns are in the recorded history only."""
        raise _unseen(instance_id, "what it has used")

    async def rerun(self, instance_id: str) -> None:
        """Refuse: it would begin with the recorded history."""
        await self.status(instance_id)
        raise _unseen(instance_id, "how far it has come, which running it again begins with")

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()

    # What the API can tell of the history.

    async def _context(self, instance_id: str) -> dict[str, Any]:
        await self.status(instance_id)
        raise _unseen(instance_id, "its history")

    async def _raised_events(self, instance_id: str) -> int:
        """Unread events cannot be told from read ones here, so a full inbox is not noticed."""
        return 0

    async def _was_sent(self, instance_id: str, event_id: str) -> bool:
        shown = await self._shown(instance_id, "showInput=true&showHistory=true&showHistoryOutput=true")
        sent = [event for event in shown.get("historyEvents") or () if event.get("Name") == EVENT]
        happenings = (read(text_of(event.get("Input"))) for event in sent)
        if any(happening is not None and happening.id == event_id for happening in happenings):
            return True
        return started(shown).events().verdict(event_id) == "duplicate"

    async def _held(self, record: Record) -> Held:
        """The live instances that name this one as their parent; locks are freed by who waits for them next."""
        wanted = {"runtimeStatus": LIVE, "createdTimeFrom": written(record.created_at)}
        found = [shown async for shown in self._listed(wanted)]
        children = [each["instanceId"] for each in found if started(each).parent == record.instance_id]
        return Held(tuple(children), ())

    # The requests.

    async def _shown(self, instance_id: str, fields: str) -> dict[str, Any]:
        status, answer = await self._ask("GET", f"{INSTANCES}/{quote(instance_id)}?{fields}")
        if status == 404:
            raise InstanceNotFound(instance_id)
        if status not in (200, 202):
            raise self._unexpected(status, answer)
        found: dict[str, Any] = answer
        return found

    async def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, Any]:
        status, answer, _ = await self._request(method, path, body, {})
        return status, answer

    async def _request(
        self, method: str, path: str, body: str | None, headers: Mapping[str, str]
    ) -> tuple[int, Any, Mapping[str, str]]:
        """One request; one that only looks is made again while the app starts or is busy."""
        for left in reversed(range(TRIES if method == "GET" else 1)):
            try:
                status, answer, answered = await self._sent(method, path, body, headers)
            except (aiohttp.ClientError, TimeoutError) as lost:
                if not left:
                    raise RuntimeError(f"{self._url} cannot be reached: {lost or type(lost).__name__}") from lost
            else:
                if status not in BUSY or not left:
                    return status, answer, answered
            await asyncio.sleep(2.0 ** (TRIES - left) / 4)
        raise AssertionError("the last try returns or raises")

    async def _sent(
        self, method: str, path: str, body: str | None, headers: Mapping[str, str]
    ) -> tuple[int, Any, Mapping[str, str]]:
        if self._session is None:
            limit = aiohttp.ClientTimeout(total=SECONDS)
            self._session = aiohttp.ClientSession(headers={KEY_HEADER: self._key}, timeout=limit)
        typed = {} if body is None else {"Content-Type": "application/json"}
        data = None if body is None else BytesIO(body.encode())
        # Not redirected: the key goes to this app and to nobody that it points to.
        async with self._session.request(
            method, self._url + path, data=data, headers=typed | dict(headers), allow_redirects=False
        ) as answer:
            text = await answer.read()
            return answer.status, _json(text), answer.headers

    def _unexpected(self, status: int, answer: Any) -> Exception:
        if status in (401, 403):
            return PermissionError(f"{self._url} refused the key; it takes {SYSTEM_KEY}")
        return RuntimeError(f"{self._url} answered {status}: {told(answer)}; does app {self._app.name!r} run there?")


def deployed(
    app: App, outputs: Mapping[str, Any] | str | Path | None, url: str | None, key: str | None
) -> DeployedBackend:
    """The engine for what ``outputs`` or ``url`` name; ``ValueError`` says what is wrong or missing."""
    place = url if url is not None else _address(outputs)
    secret = key or os.environ.get(KEY)
    if not secret:
        raise ValueError(f'connect(app, on="azure") needs key= or the environment variable {KEY}: {SYSTEM_KEY}')
    split = urlsplit(place)
    safe = split.scheme == "https" or (split.scheme == "http" and split.hostname in HERE)
    if not safe or not split.netloc:
        told = "url is the address of the function app, as https://NAME.azurewebsites.net (http on this machine only)"
        raise ValueError(f"{told}, not {place!r}")
    return DeployedBackend(app, place, secret)


def _address(outputs: Mapping[str, Any] | str | Path | None) -> str:
    if outputs is None:
        raise NotSupported(
            'connect(app, on="azure") needs outputs=: what was deployed, as a file or a mapping, which '
            "`pulumi stack output --json > outputs.json` writes; or url=, the address of the function app"
        )
    found = read_outputs(outputs)
    if not isinstance(found.get("host"), str):
        raise ValueError("the outputs of the deployment have no host; is it another app's, or empty?")
    return found["host"] if "://" in found["host"] else f"https://{found['host']}"


def _json(text: bytes) -> Any:
    """The JSON of an answer; what is in front of the app, as a gateway, may answer with something else."""
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text.decode("utf-8", "replace")[:300]


def _unseen(instance_id: str, what: str) -> NotSupported:
    return NotSupported(f"instance {instance_id}: the durable HTTP API of azure does not tell {what}")
