"""Messages in SQS: what is sent, what was given up, and putting that back.

A message's id, and why one was given up, are attributes beside its body; one over 48 KiB lies in the bucket of values.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, final

from portable_faas.resources.queue import DeadLetter, Outgoing
from portable_faas_aws.runtime.bucket import Bucket
from portable_faas_aws.runtime.offload import FOLDER
from portable_faas_aws.runtime.places import DEAD, Places

AT_ONCE: Final = 10  # messages of one request (API reference, SendMessageBatch)
ROOM: Final = 240 * 1024  # bytes of one request, under the 256 KiB that every account has had
INLINE: Final = 48 * 1024  # bytes of a body; larger ones travel by reference
ID, REFERENCE, ATTEMPTS, ERROR = "pfaas-id", "pfaas-at", "pfaas-attempts", "pfaas-error"
TRIED, SENT = "pfaas-tried", "pfaas-sent"  # of a copy: what came before it was received
LONGEST_ERROR: Final = 8 * 1024
LOOK: Final = 30  # seconds that a dead letter is hidden from others while it is read
# SQS takes what XML 1.0 takes (API reference, SendMessage); JSON may write these two another way.
_REFUSED: Final = (("\ufffe", "\\ufffe"), ("\uffff", "\\uffff"))

Attributes = dict[str, dict[str, str]]


@final
class Sent(NamedTuple):
    """A message as it lies in a queue; ``receipt`` is good for one reception."""

    id: str
    text: str
    receipt: str
    received: int
    sent_at: int
    attributes: Mapping[str, str]


@final
class Queues:
    """The queues of an app; ``bucket`` holds what is large."""

    def __init__(self, places: Places, bucket: Bucket) -> None:
        self._places = places
        self._bucket = bucket

    def send(self, queue: str, messages: Sequence[Outgoing]) -> None:
        """Send messages; ``OSError`` if SQS took only some of them."""
        client, url = self._client(), self._places.of("queue", queue)
        for entries in _batches([self._entry(number, one) for number, one in enumerate(messages)]):
            failed = client.send_message_batch(QueueUrl=url, Entries=entries).get("Failed", [])
            if failed:
                raise OSError(f"queue {queue} did not take {len(failed)} messages: {failed[0].get('Message')}")

    def _entry(self, number: int, message: Outgoing) -> dict[str, Any]:
        body, attributes = self._body(message.id, message.text)
        entry = {"Id": str(number), "MessageBody": body, "MessageAttributes": attributes}
        return {**entry, "DelaySeconds": math.ceil(message.delay)} if message.delay else entry

    def _body(self, id: str, text: str) -> tuple[str, Attributes]:
        attributes = {ID: _text(id)}
        if len(text.encode()) <= INLINE:
            for character, escape in _REFUSED:
                text = text.replace(character, escape)
            return text, attributes
        from hashlib import sha256

        key = f"{FOLDER}messages/{sha256(text.encode()).hexdigest()}"
        self._bucket.put(key, text)
        return "{}", {**attributes, REFERENCE: _text(key)}

    def read(self, record: Mapping[str, Any]) -> Sent:
        """A record of an event of Lambda's, whose names are in lower camel case."""
        given = {name: each["stringValue"] for name, each in record.get("messageAttributes", {}).items()}
        found = record["attributes"]
        return self._sent(record["messageId"], record["body"], record["receiptHandle"], found, given)

    def _sent(self, id: str, body: str, receipt: str, facts: Mapping[str, str], given: Mapping[str, str]) -> Sent:
        text = self._bucket.get(given[REFERENCE]) if REFERENCE in given else body
        received = int(facts["ApproximateReceiveCount"]) + int(given.get(TRIED, 0))
        sent_at = int(given.get(SENT, facts["SentTimestamp"]))
        return Sent(given.get(ID, id), text, receipt, received, sent_at, given)

    def again(self, queue: str, receipt: str, seconds: float) -> None:
        """Show a message that was received again after ``seconds``."""
        client, url = self._client(), self._places.of("queue", queue)
        client.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=math.ceil(seconds))

    def put_off(self, queue: str, sent: Sent, seconds: float) -> None:
        """Send a copy of a message that comes in ``seconds`` and is not counted as received."""
        body, attributes = self._body(sent.id, sent.text)
        attributes |= {TRIED: _text(str(sent.received - 1)), SENT: _text(str(sent.sent_at))}
        url, delay = self._places.of("queue", queue), math.ceil(seconds)
        self._client().send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attributes, DelaySeconds=delay)

    def bury(self, queue: str, letter: DeadLetter) -> None:
        """Put a message to the dead ones of a queue, with the reason."""
        body, attributes = self._body(letter.id, letter.text)
        error = letter.error[:LONGEST_ERROR] or "it gave no reason"
        attributes |= {ATTEMPTS: _text(str(letter.attempts)), ERROR: _text(error)}
        url = self._places.of("queue", queue + DEAD)
        self._client().send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attributes)

    def dead(self, queue: str, limit: int | None, attempts: int) -> list[DeadLetter]:
        """The dead letters, oldest first; ``attempts`` is how often one was tried that SQS itself moved there."""
        url = self._places.of("queue", queue + DEAD)
        found = self._received(url, limit)
        for one in found:
            self._client().change_message_visibility(QueueUrl=url, ReceiptHandle=one.receipt, VisibilityTimeout=0)
        return [_letter(one, attempts) for one in sorted(found, key=lambda one: one.sent_at)]

    def redrive(self, queue: str) -> int:
        """Send every dead letter again; one that is sent is deleted after that, so it may come twice, never not."""
        url, count = self._places.of("queue", queue + DEAD), 0
        while found := self._received(url, AT_ONCE):
            self.send(queue, [Outgoing(one.id, one.text, 0) for one in found])
            for one in found:
                self._client().delete_message(QueueUrl=url, ReceiptHandle=one.receipt)
            count += len(found)
        return count

    def _received(self, url: str, limit: int | None) -> list[Sent]:
        found: list[Sent] = []
        while limit is None or len(found) < limit:
            count = AT_ONCE if limit is None else min(AT_ONCE, limit - len(found))
            given = self._client().receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=count,
                VisibilityTimeout=LOOK,
                MessageSystemAttributeNames=["ApproximateReceiveCount", "SentTimestamp"],
                MessageAttributeNames=["All"],
            )
            messages = given.get("Messages", [])
            found += [self._taken(one) for one in messages]
            if not messages:
                break
        return found

    def _taken(self, message: Mapping[str, Any]) -> Sent:
        """A message as ReceiveMessage gives it."""
        given = {name: each["StringValue"] for name, each in message.get("MessageAttributes", {}).items()}
        return self._sent(message["MessageId"], message["Body"], message["ReceiptHandle"], message["Attributes"], given)

    def _client(self) -> Any:
        return self._places.client("sqs")


def _letter(one: Sent, attempts: int) -> DeadLetter:
    tried = int(one.attributes.get(ATTEMPTS, attempts))
    return DeadLetter(one.id, one.text, tried, one.attributes.get(ERROR, "the process ended while the function worked"))


def _text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}


def _batches(entries: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """As many entries in a request as SQS takes."""
    batch: list[dict[str, Any]] = []
    size = 0
    for entry in entries:
        grown = len(entry["MessageBody"].encode())
        if batch and (len(batch) == AT_ONCE or size + grown > ROOM):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += grown
    if batch:
        yield batch
