"""Rows of the table of instances that are read, changed and written back as a whole, by whoever comes.

    row.change("inbox#6d5b...", lambda inbox: inbox["ids"].append("x"))     again from the start if somebody was faster

A row holds one JSON text and a version; a write is conditional on the version that was read (DynamoDB Developer Guide,
"Optimistic locking with version number"), so changes of one row happen one after the other. Several rows are written by
one transaction, or none of them.
"""

import json
import os
import time
from collections.abc import Callable, Sequence
from random import uniform
from threading import Lock
from typing import Any, Final, NamedTuple, Protocol, TypeVar, final

from portable_faas.errors import NotSupported
from portable_faas_aws.runtime import inbox

VARIABLE: Final = "PFAAS_TABLE"
EXPIRES: Final = "expires"  # of a body: seconds since 1970 after which DynamoDB may forget the row (its "TTL")
BELLS: Final = "bells"  # of an item: whether a wait in it has its event and a bell, so that the stream tells of it
CONFLICT: Final = "ConditionalCheckFailedException"
LARGEST: Final = 390 * 1024  # bytes of a body: an item has 400 KB (DynamoDB Developer Guide, "Quotas")
LONGEST_PAUSE: Final = 1.0  # seconds between two attempts
SIGNED: Final = {"s3": "s3v4"}
PATIENCE: Final = 600.0  # seconds of conflicts after which something is wrong; a Lambda has 900
MOST: Final = 100  # items of a transaction (API reference, TransactWriteItems)
# Codes of one item of a transaction that somebody else came before (API reference, TransactWriteItems: Errors).
_OVERTAKEN: Final = {"None", "ConditionalCheckFailed", "TransactionConflict"}

T = TypeVar("T")
Body = dict[str, Any]


class Table(Protocol):
    """Rows by id."""

    def change(self, row: str, change: Callable[[Body], T]) -> T:
        """Apply ``change`` to the body of a row (empty if there is none); it may be called more than once."""
        ...

    def change_all(self, rows: Sequence[str], change: Callable[[list[Body]], T]) -> T:
        """The same for several rows, which are written together or not at all."""
        ...

    def read(self, row: str) -> Body:
        """The body of a row; empty if there is none."""
        ...


@final
class Peek:
    """Reads another table and writes nothing: for steps that are only run again."""

    def __init__(self, below: Table) -> None:
        self._below = below

    def change(self, row: str, change: Callable[[Body], T]) -> T:
        """What the change would give."""
        return change(self._below.read(row))

    def change_all(self, rows: Sequence[str], change: Callable[[list[Body]], T]) -> T:
        """What the change would give."""
        return change([self._below.read(row) for row in rows])

    def read(self, row: str) -> Body:
        """The body."""
        return self._below.read(row)


@final
class DynamoTable:
    """A table of DynamoDB; ``open`` gives the client and the table's name when they are needed first."""

    def __init__(self, open: Callable[[], tuple[Any, str]]) -> None:
        self._open = open
        self._opened: tuple[Any, str] | None = None

    def change(self, row: str, change: Callable[[Body], T]) -> T:
        """Read, change and write until nobody comes in between; ``TimeoutError`` after ten minutes of conflicts."""
        return self.change_all([row], lambda bodies: change(bodies[0]))

    def change_all(self, rows: Sequence[str], change: Callable[[list[Body]], T]) -> T:
        """The same for several rows, in one transaction."""
        pause, until = 0.005, time.monotonic() + PATIENCE
        while time.monotonic() < until:
            read = [_Read(row, *self._read(row)) for row in rows]
            bodies = [json.loads(each.body) for each in read]
            result = change(bodies)
            written = [json.dumps(body, ensure_ascii=False, separators=(",", ":")) for body in bodies]
            if all(after == each.body for each, after in zip(read, written, strict=True)) or self._write(read, written):
                return result
            time.sleep(uniform(0, pause))
            pause = min(LONGEST_PAUSE, 2 * pause)
        raise TimeoutError(f"row {rows[0]} is changed by others all the time")

    def read(self, row: str) -> Body:
        """The body as it is now."""
        found: Body = json.loads(self._read(row)[1])
        return found

    def delete(self, row: str) -> None:
        """Forget a row."""
        client, name = self._client()
        client.delete_item(TableName=name, Key={"id": {"S": row}})

    def _read(self, row: str) -> tuple[int, str]:
        client, name = self._client()
        found = client.get_item(TableName=name, Key={"id": {"S": row}}, ConsistentRead=True).get("Item")
        return (int(found["version"]["N"]), found["body"]["S"]) if found else (0, "{}")

    def _write(self, read: list["_Read"], bodies: list[str]) -> bool:
        """Write what has changed, if nobody else has changed any of it; whether that is so."""
        client, name = self._client()
        puts = [_put(name, each, body) for each, body in zip(read, bodies, strict=True)]
        try:
            if len(puts) == 1:
                client.put_item(**puts[0])
            else:
                client.transact_write_items(TransactItems=[{"Put": put} for put in puts])
        except client.exceptions.ClientError as error:
            if not _is_overtaken(error.response):
                raise
            return False
        return True

    def _client(self) -> tuple[Any, str]:
        if self._opened is None:
            self._opened = self._open()
        return self._opened


@final
class _Read(NamedTuple):
    """A row as it was read; version 0 is that of none."""

    row: str
    version: int
    body: str


def _put(table: str, read: _Read, body: str) -> dict[str, Any]:
    """The write of a row, on the condition that it is as it was read."""
    if len(body.encode()) > LARGEST:
        raise NotSupported(
            f"row {read.row} has no room: too many waits, children, events or operations at a time for an item of "
            "DynamoDB"
        )
    item: dict[str, Any] = {"id": {"S": read.row}, "version": {"N": str(read.version + 1)}, "body": {"S": body}}
    if EXPIRES in (found := json.loads(body)):
        item[EXPIRES] = {"N": str(found[EXPIRES])}
    if found.get("waits") and inbox.bells(found):
        item[BELLS] = {"BOOL": True}
    made: dict[str, Any] = {"TableName": table, "Item": item, "ConditionExpression": "attribute_not_exists(id)"}
    if read.version:
        made["ConditionExpression"] = "#version = :read"
        made["ExpressionAttributeNames"] = {"#version": "version"}
        made["ExpressionAttributeValues"] = {":read": {"N": str(read.version)}}
    return made


def _is_overtaken(response: Any) -> bool:
    """Whether a write failed because somebody else came before."""
    code = response["Error"]["Code"]
    if code == "TransactionCanceledException":
        return {reason["Code"] for reason in response["CancellationReasons"]} <= _OVERTAKEN
    return code in (CONFLICT, "TransactionConflictException")


def client_of(service: str) -> Any:
    """A client of a function; boto3 takes longer to load than all of ours, so only where it is needed."""
    with _OPENING:
        if service not in _CLIENTS:
            _CLIENTS[service] = _opened(service)
        return _CLIENTS[service]


def _opened(service: str) -> Any:
    import boto3
    from botocore.config import Config

    # By itself the SDK signs URLs of S3 in an older way, which not every region takes.
    config = Config(retries={"mode": "standard", "total_max_attempts": 5}, signature_version=SIGNED.get(service))
    return boto3.client(service, config=config)


_OPENING: Final = Lock()  # boto3's clients may be shared between threads, making them may not
_CLIENTS: Final[dict[str, Any]] = {}
FUNCTION: Final = DynamoTable(lambda: (client_of("dynamodb"), os.environ[VARIABLE]))
