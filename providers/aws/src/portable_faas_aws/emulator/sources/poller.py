"""Reads queues for functions, as Lambda does: batches, partial failures, messages that come again.

Sources: "Using Lambda with Amazon SQS"; "Reporting batch item failures", docs.aws.amazon.com/lambda.
"""

from typing import Any, Final, final

from moto.awslambda.models import lambda_backends
from moto.sqs.models import sqs_backends

from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION
from portable_faas_aws.emulator.rights import Rights, queue_of
from portable_faas_aws.emulator.sources.calls import Calls
from portable_faas_aws.emulator.turns import Event

AT_ONCE: Final = 5  # calls of one function under way; Lambda begins with five pollers
RECEIVED: Final = 10  # messages of one reception
PARTLY: Final = "ReportBatchItemFailures"  # of a mapping whose function says of each message whether it failed


@final
class Poller:
    """Reads every queue that Lambda has a mapping for; ``changed`` tells that a queue may have something.

    A queue that the role of its function may not read is left alone, and nobody is told.
    """

    def __init__(self, calls: Calls, changed: Event, rights: Rights) -> None:
        self._calls = calls
        self._rights = rights
        self._changed = changed
        self._under_way: dict[str, int] = {}
        self._over = False

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._calls.turns.thread(self._run, name="emulator-queues").start()

    def stop(self) -> None:
        """Read no more."""
        self._over = True
        self._changed.set()

    def _run(self) -> None:
        while not self._over:
            self._changed.clear()
            for mapping in self._mappings():
                self._read(mapping)
            due, now = self._next_due(), self._calls.turns.clock.now()
            self._calls.turns.wait(self._changed, seconds=None if due is None else max(0, due - now) / 1000)

    def _read(self, mapping: Any) -> None:
        """Start calls with what is there now."""
        while self._under_way.get(mapping.uuid, 0) < AT_ONCE and (found := _received(mapping)):
            self._under_way[mapping.uuid] = self._under_way.get(mapping.uuid, 0) + 1
            self._calls.turns.thread(self._call, (mapping, found), name="emulator-queue-call").start()

    def _next_due(self) -> int | None:
        """When the next message shows of a queue that could be read then."""
        free = [mapping for mapping in self._mappings() if self._under_way.get(mapping.uuid, 0) < AT_ONCE]
        due = [max(each.visible_at, each.delayed_until) for mapping in free for each in _queue(mapping)._messages]
        return int(min(due)) if due else None

    def _call(self, mapping: Any, messages: list[Any]) -> None:
        try:
            records = [_record(message, mapping.event_source_arn) for message in messages]
            told = self._calls.invoke(mapping.function_arn, {"Records": records})
            if told is not None:
                failed = told.get("batchItemFailures", []) if PARTLY in (mapping.function_response_types or ()) else []
                kept = {each["itemIdentifier"] for each in failed}
                self._delete(mapping, [message for message in messages if message.id not in kept])
        finally:
            self._under_way[mapping.uuid] -= 1
            self._changed.set()

    def _mappings(self) -> list[Any]:
        found = list(lambda_backends[ACCOUNT][REGION]._event_source_mappings.values())
        queues = [mapping for mapping in found if mapping.enabled and ":sqs:" in mapping.event_source_arn]
        return [mapping for mapping in queues if self._is_readable(mapping)]

    def _is_readable(self, mapping: Any) -> bool:
        queue, function = mapping.event_source_arn, self._calls.function(mapping.function_arn)
        if function is None or queue_of(queue) is None:
            return False
        return self._rights.reads(function.role, queue)

    def _delete(self, mapping: Any, messages: list[Any]) -> None:
        queue = _queue(mapping)
        for message in messages:
            if any(each.had_receipt_handle(message.receipt_handle) for each in queue._messages):
                queue.delete_message(message.receipt_handle)


def _queue(mapping: Any) -> Any:
    return sqs_backends[ACCOUNT][REGION].get_queue(mapping.event_source_arn.rpartition(":")[2])


def _received(mapping: Any) -> list[Any]:
    queue = _queue(mapping)
    found: list[Any] = []
    while len(found) < mapping.batch_size:
        count = min(RECEIVED, mapping.batch_size - len(found))
        more = sqs_backends[ACCOUNT][REGION].receive_message(queue.name, count, 0, queue.visibility_timeout, ["All"])
        found += more
        if not more:
            break
    return found


def _record(message: Any, arn: str) -> dict[str, Any]:
    attributes = {name: _attribute(each) for name, each in message.message_attributes.items()}
    return {
        "messageId": message.id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.approximate_receive_count),
            "SentTimestamp": str(message.sent_timestamp),
            "SenderId": message.sender_id,
            "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
        },
        "messageAttributes": attributes,
        "md5OfBody": message.body_md5,
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": REGION,
    }


def _attribute(given: dict[str, Any]) -> dict[str, Any]:
    lists: dict[str, list[str]] = {"stringListValues": [], "binaryListValues": []}
    return {"stringValue": given.get("StringValue"), "dataType": given["DataType"], **lists}
