"""Takes what a queue hands to a function: messages, and through queues of their own events and changes of objects.

{"Records": [...]}   ->   {"batchItemFailures": [{"itemIdentifier": "..."}]}

What fails is shown again after the time that its declaration says, and given up after so many attempts: then it lies
among the dead letters with the reason. SQS's own redrive only takes what no process survived. Sources: AWS, "Handling
errors for an SQS event source in Lambda"; "Reporting batch item failures".
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, final

from portable_faas.resources.queue import DeadLetter
from portable_faas.triggers.delivery import Arrived, change_text
from portable_faas.triggers.function import Function
from portable_faas.triggers.receiving import BUSY, Outcome, policy_of, receive
from portable_faas.triggers.trigger import OnBlob, OnEvent, OnMessage
from portable_faas.values import dumps
from portable_faas_aws.runtime.coroutines import Coroutines, called
from portable_faas_aws.runtime.once import Once
from portable_faas_aws.runtime.places import deliveries_of
from portable_faas_aws.runtime.queues import Sent
from portable_faas_aws.runtime.row import FUNCTION as TABLE
from portable_faas_aws.runtime.row import Table
from portable_faas_aws.runtime.services import AwsServices


def queue_of(function: Function[..., Any]) -> str:
    """The name of the queue through which a function gets what it takes."""
    trigger = function.trigger
    return trigger.queue.name if isinstance(trigger, OnMessage) else deliveries_of(function.name)


@final
class Receiver:
    """Calls one function."""

    def __init__(
        self, function: Function[..., Any], services: AwsServices, coroutines: Coroutines, table: Table = TABLE
    ) -> None:
        self._function = function
        self._queue = queue_of(function)
        policy = policy_of(function)
        self._retry, self._attempts = policy.retry / 1000, policy.attempts
        self._services = services
        self._coroutines = coroutines
        self._table = table

    def handle(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Work on the records of an event; what is not named in the answer is done, and SQS forgets it."""
        records = event["Records"]
        sent = [self._services.queues.read(record) for record in records]
        given = [_arrived(self._function, one, record) for one, record in zip(sent, records, strict=True)]
        keys = Once(self._table, [record["messageId"] for record in records], self._services.now)
        outcomes = self._coroutines.run(receive(self._function, given, self._run, keys))
        kept = [self._is_kept(*ended) for ended in zip(sent, given, outcomes, strict=True)]
        again = [record["messageId"] for record, is_kept in zip(records, kept, strict=True) if is_kept]
        return {"batchItemFailures": [{"itemIdentifier": id} for id in again]}

    async def _run(self, function: Function[..., Any], arguments: Sequence[Any]) -> Any:
        return await called(function, arguments, {})

    def _is_kept(self, sent: Sent, arrived: Arrived, outcome: Outcome) -> bool:
        """Carry out an outcome; whether SQS is to show the message again."""
        queues = self._services.queues
        if outcome.what == "again":
            queues.again(self._queue, sent.receipt, self._retry)
        elif outcome.what == "dead":
            # One more reception than attempts: the last try's process died, and this one only buries.
            tried = min(arrived.attempt, self._attempts)
            queues.bury(self._queue, DeadLetter(arrived.id, sent.text, tried, outcome.why))
        elif outcome.what == "busy":
            # SQS counts receptions, and this one was no attempt: a copy takes its place that knows so.
            queues.put_off(self._queue, sent, BUSY / 1000)
        return outcome.what == "again"


def _arrived(function: Function[..., Any], sent: Sent, record: Mapping[str, Any]) -> Arrived:
    """A delivery in the terms of the core, taken out of the envelope that EventBridge puts around it.

    What is no such thing stays as it is, and is found undeliverable.
    """
    plain = Arrived(sent.id, sent.text, sent.received, sent.sent_at, record)
    trigger = function.trigger
    if isinstance(trigger, OnMessage):
        return plain
    try:
        envelope: Any = json.loads(sent.text)
        if isinstance(trigger, OnBlob):
            text, at = _change(trigger, envelope), datetime.fromisoformat(envelope["time"])
            return plain._replace(id=envelope["id"], text=text, sent_at=int(at.timestamp() * 1000))
        assert isinstance(trigger, OnEvent)
        return plain._replace(id=envelope["detail"]["id"], text=dumps(envelope["detail"], "event"))
    except (ValueError, KeyError, TypeError):
        return plain


def _change(trigger: OnBlob, envelope: Mapping[str, Any]) -> str:
    """S3 tells neither size nor hash of an object that is gone ("EventBridge event structure", S3 User Guide)."""
    given = envelope["detail"]["object"]
    change = {"Object Created": "created", "Object Deleted": "deleted"}[envelope["detail-type"]]
    text = change_text(trigger.bucket.name, given["key"], change, given.get("size", 0), given.get("etag", ""))
    return dumps(dict(text), "change")
