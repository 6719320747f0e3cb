"""The one activity of ours: what an orchestrator asks of its own host, through the durable client binding.

    ask('{"do":"terminate","id":"child-1","reason":"..."}', binding)   ->   '{"ok":null}'

The SDK's client keeps one connection pool per process and event loop, so a plain request to the host's local endpoint
is made instead; paths and status codes are those of Microsoft Learn, "HTTP API reference" of Durable Functions. Every
request may be made again after a crash, and means the same then.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from portable_faas.errors import InstanceExists
from portable_faas.values import capture
from portable_faas_azure.runtime.envelope import raised, returned
from portable_faas_azure.runtime.start import Start

BINDING: Final = "durableClient"
CLIENT: Final = "pfaas_client"  # its name as a function
LIVE: Final = frozenset({"Pending", "Running", "Suspended", "ContinuedAsNew"})
SECONDS: Final = 30  # for one request on the same machine
NO_HEADERS: Final[Mapping[str, str]] = MappingProxyType({})
TRIES: Final = 10  # an instance can be ended as soon as the host has taken up its start


def ask(payload: str, binding: str) -> str:
    """Carry out one request; the envelope of its result."""
    wanted: dict[str, Any] = json.loads(payload)
    place = json.loads(binding)["rpcBaseUrl"]
    try:
        return returned(json.dumps(_OPERATIONS[wanted.pop("do")](place, **wanted)))
    except InstanceExists as exists:
        return raised(capture(exists))


ask.__name__ = CLIENT


def _check(place: str, id: str) -> None:
    """``InstanceExists`` if an instance with this id is live."""
    if _alive(place, id):
        raise InstanceExists(id)


def _alive(place: str, id: str) -> bool:
    status, found = request("GET", f"{place}instances/{quote(id)}?showInput=false", {200, 202, 404, 500})
    return status != 404 and found["runtimeStatus"] in LIVE


def _start(place: str, name: str, id: str, text: str, if_exists: str) -> str:
    """Start an instance, unless this very step has started it before."""
    status, found = request("GET", f"{place}instances/{quote(id)}?showInput=true", {200, 202, 404, 500})
    if status != 404 and Start.read(_text(found["input"])).by == Start.read(text).by:
        return id
    status, _ = request("POST", f"{place}orchestrators/{quote(name)}/{quote(id)}", {202, 409}, json.dumps(text))
    if status == 409 and if_exists == "raise":
        raise InstanceExists(id)
    return id


def _text(given: object) -> str | None:
    return given if isinstance(given, str) else None


def _terminate(place: str, id: str, reason: str) -> None:
    path = f"{place}instances/{quote(id)}/terminate?reason={quote(reason, safe='')}"
    for _ in range(TRIES):
        status, _ = request("POST", path, {202, 404, 410})
        if status != 404:
            return
        time.sleep(1)
    raise LookupError(f"instance {id} cannot be ended: the host does not know it")


_OPERATIONS: Final[dict[str, Any]] = {"check": _check, "alive": _alive, "start": _start, "terminate": _terminate}


def request(method: str, url: str, expected: set[int], body: str | None = None) -> tuple[int, Any]:
    """Status and JSON of the answer; ``RuntimeError`` for a status that is not ``expected``."""
    status, found, _ = answered(method, url, expected, body)
    return status, found


def answered(
    method: str, url: str, expected: set[int], body: str | None = None, headers: Mapping[str, str] = NO_HEADERS
) -> tuple[int, Any, Mapping[str, str]]:
    """Status, JSON and headers of the answer; ``RuntimeError`` for a status that is not ``expected``."""
    data = None if body is None else body.encode()
    wanted = urllib.request.Request(url, data, {"Content-Type": "application/json", **headers}, method=method)
    try:
        with urllib.request.urlopen(wanted, timeout=SECONDS) as answer:
            status, text, told = answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as refused:
        with refused:
            status, text, told = refused.code, refused.read(), refused.headers
    if status not in expected:
        raise RuntimeError(f"the durable API answered {method} {url} with {status}: {text.decode(errors='replace')}")
    return status, json.loads(text) if text else None, told
