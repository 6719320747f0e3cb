"""Forgets finished instances: a function with a timer, since the platform keeps them until somebody purges them.

    App("shop", retention=timedelta(days=30))   ->   every hour, what ended 30 days ago or earlier is purged

It asks the host's local endpoint, as every request of ours does. Source: "Purge orchestration instance history" of
"Manage instances in Durable Functions" and "HTTP API reference", learn.microsoft.com.
"""

import asyncio
import json
import logging
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlencode

import azure.functions as func

from portable_faas.history import EPOCH, MILLISECOND
from portable_faas_azure.runtime.client import BINDING, answered

NAME: Final = "pfaas_retention"
SCHEDULE: Final = "0 17 * * * *"  # NCRONTAB with seconds: once an hour, not on the hour as everybody's timers
HOUR: Final = 3_600_000
SECOND: Final = 1000  # the API tells whole ones, rounded down
ENDED: Final = "Completed,Failed,Terminated"
CONTINUATION: Final = "x-ms-continuation-token"
LOG: Final = logging.getLogger("portable_faas.azure")


def add_retention(functions: Any, seconds: float) -> None:
    """Register the function that forgets what ended ``seconds`` ago."""

    async def retain(timer: func.TimerRequest, binding: str) -> None:
        until = tick_of(getattr(timer, "schedule_status", None) or {}) - round(seconds * 1000)
        await asyncio.to_thread(forget, json.loads(binding)["rpcBaseUrl"], until)

    retain.__name__ = NAME
    with_client = functions.generic_input_binding(arg_name="binding", type=BINDING)(retain)
    functions.timer_trigger(arg_name="timer", schedule=SCHEDULE, use_monitor=True)(with_client)


def tick_of(status: dict[str, Any]) -> int:
    """The moment of this tick, by the host's own clock: an hour before the next one. It is never too late."""
    following = status.get("Next")
    if not following:
        return time.time_ns() // 1_000_000
    return _moment(following) - HOUR


def forget(place: str, until: int) -> int:
    """Purge what had ended at ``until``; how many instances that were."""
    names = [
        found["instanceId"] for found in _ended(place, until) if _moment(found["lastUpdatedTime"]) + SECOND <= until
    ]
    for name in names:
        answered("DELETE", f"{place}instances/{quote(name, safe='')}", {200, 404, 412})  # 412: it has begun again
    if names:
        LOG.info("%d finished instances were forgotten", len(names))
    return len(names)


def _ended(place: str, until: int) -> Iterator[dict[str, Any]]:
    """What is finished and was started before ``until``, page by page; entities are not among them."""
    fields = {"runtimeStatus": ENDED, "createdTimeTo": _written(until), "showInput": "false"}
    token: str | None = None
    while token != "":
        headers = {CONTINUATION: token} if token else {}
        _, page, told = answered("GET", f"{place}instances?{urlencode(fields)}", {200}, headers=headers)
        yield from (found for found in page if not found["instanceId"].startswith("@"))
        token = told.get(CONTINUATION, "")


def _moment(text: str) -> int:
    found = datetime.fromisoformat(text)
    return (found.replace(tzinfo=found.tzinfo or EPOCH.tzinfo) - EPOCH) // MILLISECOND


def _written(at: int) -> str:
    return (EPOCH + at * MILLISECOND).strftime("%Y-%m-%dT%H:%M:%SZ")
