"""``Receiver``: what becomes of a message that a queue trigger brings, by the rules of its function.

taken -> function -> forgotten | sent again, hidden for a while, as the next attempt | a dead letter

The platform has one number of attempts and one pause for all queues (host.json, ``extensions.queues``), so a failure is
a success to it. Only a process that dies leaves its message to the platform, whose count of deliveries counts here.
"""

from typing import Any, Final, NamedTuple, final

from portable_faas.resources import DeadLetter
from portable_faas.triggers.delivery import Arrived
from portable_faas.triggers.function import Function
from portable_faas.triggers.receiving import BUSY, Outcome, Run, policy_of, receive, source_of
from portable_faas.triggers.trigger import OnBlob, OnEvent
from portable_faas.values import dumps, loads
from portable_faas_azure.runtime.clock import clock
from portable_faas_azure.runtime.posted import BLOB_EVENTS, Posted, read
from portable_faas_azure.runtime.services import AzureServices

HELD: Final = 600  # seconds that further messages of a batch stay hidden while the function works


@final
class _Taken(NamedTuple):
    """A message to work on; ``receipt`` is that of one that was taken besides the one that the trigger brought."""

    posted: Posted
    arrived: Arrived
    receipt: Any = None


@final
class Receiver:
    """One function and one delivery."""

    def __init__(self, function: Function[..., Any], services: AzureServices, run: Run) -> None:
        self._function = function
        self._services = services
        self._run = run
        self._policy = policy_of(function)
        self._queue = services.names.source(function)
        self._clock = clock()

    async def take(self, body: str, id: str, dequeued: int) -> None:
        """Work on what the trigger brought, and on more that waits if the function takes batches."""
        posted = read(body, id, self._clock.now())
        if posted.due > self._clock.now():  # it is due later than a queue can hide a message
            await self._again(posted)
            return
        first = await self._taken(body, id, dequeued)
        found = [first] if first is not None else []
        if self._policy.batch > 1:
            found += await self._more(self._policy.batch - 1)
        if not found:
            return
        outcomes = await receive(self._function, [one.arrived for one in found], self._run, self._services.table)
        for one, outcome in zip(found, outcomes, strict=True):
            await self._settle(one, outcome)

    async def _taken(self, body: str, id: str, dequeued: int, receipt: Any = None) -> _Taken | None:
        posted = await self._services.queues.whole(read(body, id, self._clock.now()))
        posted = posted._replace(attempt=posted.attempt + dequeued - 1)
        try:
            text = self._text(posted)
        except (ValueError, KeyError, TypeError) as wrong:  # it is no event, so nobody can take it
            letter = DeadLetter(posted.id, posted.text, posted.attempt, f"{type(wrong).__name__}: {wrong}")
            await self._services.table.bury(source_of(self._function), letter, posted.large)
            return None
        if text is None:
            return None
        raw = _event(posted) if isinstance(self._function.trigger, OnBlob | OnEvent) else None
        return _Taken(posted, Arrived(posted.id, text, posted.attempt, posted.sent_at, raw), receipt)

    def _text(self, posted: Posted) -> str | None:
        """The neutral form; None for what the filters of Event Grid, which ignore case, let pass and ours do not."""
        trigger = self._function.trigger
        if isinstance(trigger, OnEvent):
            return posted.text if trigger.matches(_event(posted)) else None
        if not isinstance(trigger, OnBlob):
            return posted.text
        change = _change(_event(posted), self._services)
        return dumps(change, "change") if trigger.matches(change["bucket"], change["key"], change["change"]) else None

    async def _more(self, count: int) -> list[_Taken]:
        """Further messages that are due."""
        found = []
        client = self._services.storage.queue(self._queue)
        async for message in client.receive_messages(max_messages=count, visibility_timeout=HELD):
            if read(message.content, message.id, 0).due > self._clock.now():
                await client.update_message(message, visibility_timeout=0)
                continue
            taken = await self._taken(message.content, message.id, message.dequeue_count or 1, message)
            if taken is None:
                await client.delete_message(message)
            else:
                found.append(taken)
        return found

    async def _settle(self, one: _Taken, outcome: Outcome) -> None:
        now, posted = self._clock.now(), one.posted
        if outcome.what == "again":
            await self._again(posted._replace(attempt=posted.attempt + 1, due=now + self._policy.retry))
        elif outcome.what == "busy":
            await self._again(posted._replace(due=now + BUSY))
        else:
            if outcome.what == "dead":
                tried = min(posted.attempt, self._policy.attempts)
                letter = DeadLetter(posted.id, one.arrived.text, tried, outcome.why)
                await self._services.table.bury(source_of(self._function), letter, posted.large)
            else:
                await self._services.queues.forget(posted)
        if one.receipt is not None:
            await self._services.storage.queue(self._queue).delete_message(one.receipt)

    async def _again(self, posted: Posted) -> None:
        await self._services.queues.post(self._queue, [posted])


def _event(posted: Posted) -> Any:
    event = loads(posted.text)
    if not isinstance(event, dict) or not isinstance(event.get("type"), str):
        raise ValueError("this is no CloudEvent")
    return event


def _change(event: Any, services: AzureServices) -> dict[str, Any]:
    """What Blob Storage tells of a blob, in the neutral form.

    "Azure Blob Storage as an Event Grid source", learn.microsoft.com: the subject names container and blob.
    """
    container, _, key = event["subject"].partition("/containers/")[2].partition("/blobs/")
    data = event["data"]
    return {
        "bucket": services.names.bucket(container),
        "key": key,
        "change": BLOB_EVENTS[event["type"]],
        "size": int(data.get("contentLength") or 0),
        "etag": str(data.get("eTag", "")).strip('"'),
    }
