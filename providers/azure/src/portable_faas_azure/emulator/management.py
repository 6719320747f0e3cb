"""The HTTP API of the Durable extension over a host: start, status, events, terminate, suspend, resume, restart, purge.

    POST orchestrators/fulfil/A-1   202      GET instances/A-1   202 while it runs, then 200
    POST instances/A-1/terminate    202      DELETE instances/A-1   200, or 412 while it runs

Routes, status codes and JSON follow Microsoft Learn, "HTTP API reference" of Durable Functions, and where that is
silent the extension's own handler (``HttpApiHandler``, extension 3.x).
"""

import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, NamedTuple, final
from urllib.parse import quote
from uuid import uuid4

from portable_faas.errors import InstanceExists, InstanceFinished
from portable_faas.history import EPOCH, MILLISECOND
from portable_faas.provider import FINISHED
from portable_faas_azure.emulator.history import moment_of
from portable_faas_azure.emulator.host import Host, entity_id
from portable_faas_azure.emulator.instance import Instance
from portable_faas_azure.emulator.shown import shown_history
from portable_faas_azure.emulator.worker import ORCHESTRATION

CONNECTIONS: Final = frozenset({"", "Storage", "AzureWebJobsStorage"})
CONTINUATION: Final = "x-ms-continuation-token"
RETRY_AFTER: Final = {"Retry-After": "5"}  # the extension asks pollers for five seconds
PAGE: Final = 100
LONGEST_ID: Final = 100
FORBIDDEN_IN_ID: Final = frozenset("/\\#?")
STATUSES: Final = frozenset({"Pending", "Running", "Suspended", "Completed", "Failed", "Terminated"})


@final
class Request(NamedTuple):
    """``path`` is decoded and begins behind the API's own prefix; ``base`` is the URL up to there."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    base: str
    url: str


@final
class Answer(NamedTuple):
    """``body`` is a JSON value, or nothing at all for None."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = {}


@final
class Refused(Exception):
    """Ends a request with an error answer."""

    def __init__(self, status: int, message: str | None = None, error: str | None = None) -> None:
        super().__init__(message)
        body = None if message is None else {"Message": message}
        if body is not None and error is not None:
            body |= {"ExceptionMessage": error, "ExceptionType": "System.ArgumentException"}
        self.answer = Answer(status, body)


@final
class Management:
    """Answers requests about the instances of task hub ``hub``; the links it gives carry ``key``."""

    def __init__(self, host: Host, hub: str, key: str) -> None:
        self._host = host
        self._hub = hub
        self._links_end = f"taskHub={quote(hub)}&connection=Storage&code={quote(key)}"
        self._operations: Mapping[str, Callable[[Request, str], Awaitable[Answer]]] = {
            "terminate": self._terminate,
            "suspend": self._suspend,
            "resume": self._resume,
            "restart": self._restart,
            "rewind": self._rewind,
        }

    async def answer(self, request: Request) -> Answer:
        """The answer to one request."""
        try:
            self._check_hub(request)
            return await self._route(request)
        except Refused as refused:
            return refused.answer

    def _check_hub(self, request: Request) -> None:
        hub = request.query.get("taskHub") or self._hub
        if hub.casefold() != self._hub.casefold():
            raise _wrong(f"this host runs the task hub {self._hub!r} only, not {hub!r}")
        if request.query.get("connection", "") not in CONNECTIONS:
            raise _wrong(f"this host has the connection AzureWebJobsStorage only, not {request.query['connection']!r}")

    async def _route(self, request: Request) -> Answer:
        parts = [part for part in request.path.split("/") if part]
        match request.method, [parts[0].casefold() if parts else "", *parts[1:]]:
            case "POST", ["orchestrators", name]:
                return await self._start(request, name, uuid4().hex)
            case "POST", ["orchestrators", name, instance_id]:
                return await self._start(request, name, instance_id)
            case "GET", ["instances"]:
                return self._list(request)
            case "DELETE", ["instances"]:
                return await self._purge_many(request)
            case "GET", ["instances", instance_id]:
                return self._status(request, instance_id)
            case "DELETE", ["instances", instance_id]:
                return await self._purge(instance_id)
            case "POST", ["instances", instance_id, operation] if operation.casefold() in self._operations:
                return await self._operations[operation.casefold()](request, instance_id)
            case "POST", ["instances", instance_id, raised, name] if raised.casefold() == "raiseevent":
                return await self._raise_event(request, instance_id, name)
            case _, ["entities", name, key]:
                return await self._entity(request, name, key)
        raise Refused(404)

    # Starting.

    async def _start(self, request: Request, name: str, instance_id: str) -> Answer:
        _check_id(instance_id)
        if not self._host.functions.has(ORCHESTRATION, name):
            raise _wrong(f"The function '{name}' doesn't exist, is disabled, or is not an orchestrator function.")
        text = _json_text(request.body) if request.body else None
        return await self._started(request, name, text, instance_id)

    async def _started(self, request: Request, name: str, text: str | None, instance_id: str) -> Answer:
        try:
            instance = await self._host.start(name, text, instance_id)
        except InstanceExists as exists:
            status = self._host.get(instance_id).status
            told = f"An Orchestration instance with the status {status} already exists."
            raise Refused(409, told) from exists
        timeout, interval = _number(request, "timeout"), _number(request, "pollingInterval")
        if timeout is not None and interval is not None:
            return await self._waited(request, instance, timeout, interval)
        return self._check_status(request, instance)

    async def _waited(self, request: Request, instance: Instance, timeout: float, interval: float) -> Answer:
        if interval > timeout:
            raise _wrong(f"Total timeout {timeout:g} should be bigger than retry timeout {interval:g}")
        try:
            await self._host.finished(instance, timeout)
        except TimeoutError:
            return self._check_status(request, instance)
        if instance.status == "Completed":
            return Answer(200, instance.output)
        return self._status(request, instance.id)

    def _check_status(self, request: Request, instance: Instance) -> Answer:
        place = f"{request.base}/instances/{quote(instance.id, safe='')}"
        links = {
            "id": instance.id,
            "statusQueryGetUri": f"{place}?{self._links_end}",
            "sendEventPostUri": f"{place}/raiseEvent/{{eventName}}?{self._links_end}",
            "terminatePostUri": f"{place}/terminate?reason={{text}}&{self._links_end}",
            "purgeHistoryDeleteUri": f"{place}?{self._links_end}",
            "restartPostUri": f"{place}/restart?{self._links_end}",
            "suspendPostUri": f"{place}/suspend?reason={{text}}&{self._links_end}",
            "resumePostUri": f"{place}/resume?reason={{text}}&{self._links_end}",
        }
        return Answer(202, links, {"Location": links["statusQueryGetUri"], **RETRY_AFTER})

    # Looking.

    def _found(self, instance_id: str) -> Instance:
        found = self._host.instances.get(instance_id)
        if found is None:
            raise Refused(404)
        return found

    def _live(self, instance_id: str) -> Instance:
        found = self._found(instance_id)
        if not found.live:
            raise Refused(410)
        return found

    def _status(self, request: Request, instance_id: str) -> Answer:
        instance = self._found(instance_id)
        payload = _payload(instance, request)
        if instance.live:
            return Answer(202, payload, {"Location": request.url, **RETRY_AFTER})
        wants_500 = _flag(request, "returnInternalServerErrorOnFailure", False)
        return Answer(500 if wants_500 and instance.status == "Failed" else 200, payload)

    def _list(self, request: Request) -> Answer:
        """In the order of the ids, as a table gives them, in pages of ``top``."""
        after = _token(request.headers.get(CONTINUATION, ""))
        found = [instance for instance in self._matching(request) if instance.id > after]
        top = _number(request, "top")
        page = PAGE if top is None or top < 1 else int(top)
        shown = [_payload(instance, request) for instance in found[:page]]
        more = {CONTINUATION: _continuation(found[page - 1].id)} if len(found) > page else {}
        return Answer(200, shown, more)

    def _matching(self, request: Request) -> list[Instance]:
        query = request.query
        statuses = STATUSES & set(query.get("runtimeStatus", "").split(","))
        since, until = _moment(query.get("createdTimeFrom")), _moment(query.get("createdTimeTo"))
        return [
            instance
            for _, instance in sorted(self._host.instances.items())
            if instance.id.startswith(query.get("instanceIdPrefix", ""))
            and (not statuses or instance.status in statuses)
            and (since is None or instance.created >= since)
            and (until is None or instance.created <= until)
        ]

    # Changing.

    async def _raise_event(self, request: Request, instance_id: str, name: str) -> Answer:
        instance = self._live(instance_id)
        if request.headers.get("Content-Type", "").partition(";")[0].strip().casefold() != "application/json":
            raise Refused(400, "Only application/json request content is supported")
        text = _json_text(request.body or b"null")
        try:
            await self._host.raise_event(instance, name, text)
        except InstanceFinished as finished:
            raise Refused(410) from finished
        return Answer(202)

    async def _entity(self, request: Request, name: str, key: str) -> Answer:
        if request.method == "POST":
            return await self._signal(request, name, key)
        if request.method != "GET":
            raise Refused(404)
        found = self._host.entities.get(entity_id(name, key))
        if found is None or found.output is None:
            raise Refused(404)
        return Answer(200, json.loads(found.output))

    async def _signal(self, request: Request, name: str, key: str) -> Answer:
        if self._host.functions.entity_named(name) is None:
            raise Refused(404)
        await self._host.signal(name, key, request.query.get("op", ""), _json_text(request.body or b"null"))
        return Answer(202)

    async def _terminate(self, request: Request, instance_id: str) -> Answer:
        await self._host.terminate(self._live(instance_id), request.query.get("reason", ""))
        return Answer(202)

    async def _suspend(self, request: Request, instance_id: str) -> Answer:
        await self._host.suspend(self._live(instance_id), request.query.get("reason", ""))
        return Answer(202)

    async def _resume(self, request: Request, instance_id: str) -> Answer:
        await self._host.resume(self._live(instance_id), request.query.get("reason", ""))
        return Answer(202)

    async def _restart(self, request: Request, instance_id: str) -> Answer:
        found = self._host.instances.get(instance_id)
        if found is None:
            told = f"An orchestration with the instanceId {instance_id} was not found."
            raise Refused(400, "InstanceId does not match a valid orchestration instance.", told)
        anew = _flag(request, "restartWithNewInstanceId", True)
        return await self._started(request, found.name, found.text, uuid4().hex if anew else instance_id)

    async def _rewind(self, _request: Request, instance_id: str) -> Answer:
        instance = self._found(instance_id)
        if instance.status != "Failed":
            raise Refused(412, f'This orchestration has status {instance.status}, but only "Failed" can be rewound.')
        raise Refused(501, "Rewind is not supported by the underlying storage provider.")

    async def _purge(self, instance_id: str) -> Answer:
        instance = self._found(instance_id)
        try:
            await self._host.purge(instance)
        except InstanceExists as live:
            told = f"Only orchestrations in a terminal state can be purged, but {instance_id} has status"
            raise Refused(412, f"{told} {instance.status}") from live
        return Answer(200, {"instancesDeleted": 1})

    async def _purge_many(self, request: Request) -> Answer:
        if _moment(request.query.get("createdTimeFrom")) is None:
            raise Refused(400, "Please provide value for 'createdTimeFrom' parameter.")
        found = [instance for instance in self._matching(request) if not instance.live]
        if not found:
            raise Refused(404)
        for instance in found:
            await self._host.purge(instance)
        return Answer(200, {"instancesDeleted": len(found)})


def _wrong(what: str) -> Refused:
    return Refused(400, "One or more of the arguments submitted is incorrect", what)


def _check_id(instance_id: str) -> None:
    if instance_id.startswith("@"):
        raise _wrong("Orchestration instance ids must not start with @.")
    if len(instance_id) > LONGEST_ID:
        raise _wrong(f"Instance ID lengths must not exceed {LONGEST_ID} characters.")
    if FORBIDDEN_IN_ID & set(instance_id) or not instance_id.isprintable():
        raise _wrong("Instance IDs must not contain /, \\, #, ?, or control characters.")


def _json_text(body: bytes) -> str:
    try:
        text = body.decode()
        json.loads(text)
    except ValueError as wrong:
        raise Refused(400, "Invalid JSON content", str(wrong)) from wrong
    return text


def _payload(instance: Instance, request: Request) -> dict[str, Any]:
    shows_input = _flag(request, "showInput", True)
    payload = {
        "name": instance.name,
        "instanceId": instance.id,
        "runtimeStatus": instance.status,
        "input": json.loads(instance.text) if shows_input and instance.text is not None else None,
        "customStatus": instance.custom_status,
        "output": instance.output if instance.status in FINISHED else None,
        "createdTime": _seconds(instance.created),
        "lastUpdatedTime": _seconds(instance.updated),
    }
    if _flag(request, "showHistory", False):
        payload["historyEvents"] = shown_history(instance.history, _flag(request, "showHistoryOutput", False))
    return payload


def _seconds(at: int) -> str:
    """The extension gives whole seconds."""
    return (EPOCH + at * MILLISECOND).strftime("%Y-%m-%dT%H:%M:%SZ")


def _flag(request: Request, name: str, default: bool) -> bool:
    """What .NET's ``bool.TryParse`` takes; anything else is as if it were left out."""
    return {"true": True, "false": False}.get(request.query.get(name, "").strip().casefold(), default)


def _number(request: Request, name: str) -> float | None:
    try:
        return float(request.query[name])
    except (KeyError, ValueError):
        return None


def _moment(text: str | None) -> int | None:
    """A moment in ISO 8601; one that cannot be read is as if it were left out."""
    try:
        return None if text is None else moment_of(text)
    except ValueError:
        return None


def _continuation(instance_id: str) -> str:
    return base64.b64encode(json.dumps({"NextPartitionKey": instance_id}).encode()).decode()


def _token(text: str) -> str:
    if not text:
        return ""
    try:
        return str(json.loads(base64.b64decode(text, validate=True))["NextPartitionKey"])
    except (binascii.Error, ValueError, KeyError, TypeError) as wrong:
        raise _wrong(f"{CONTINUATION} is not one that this API has given") from wrong
