"""Keeps a host's instances in Azure Storage (Azurite): a table, a queue for work items, a container for large texts.

    table {hub}Instances   partition = instance   instance | input-<execution> | turn-<execution>-00000007 | inbox-...
    queue {hub}-workitems  {"instance": ..., "execution": ..., "event": 3}
    blobs {hub}-largemessages

A turn is one entity group transaction: its row is created, the instance's row replaced, the messages that it took
deleted. So it is kept wholly or not at all, and a second host of the same hub fails to create the row. What is open is
read from the turns; the queue only hands work items out, and a new host fills it again.
"""

import asyncio
import json
from collections.abc import Awaitable, Iterable, Sequence
from contextlib import suppress
from io import BytesIO
from itertools import islice
from typing import Any, Final, TypeVar, final

from azure.core.exceptions import AzureError, HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.data.tables.aio import TableServiceClient
from azure.storage.blob.aio import BlobServiceClient
from azure.storage.queue.aio import QueueServiceClient

from portable_faas_azure.emulator.history import Parent, Recorded
from portable_faas_azure.emulator.instance import Instance, Message, Turn
from portable_faas_azure.emulator.store import Loaded, Received, StoreLost, Work

LARGEST_TEXT: Final = 30_000  # characters of a table property; the platform's limit is 64 KiB of UTF-16
TRANSACTION: Final = 100  # rows
RECEIVED_AT_ONCE: Final = 32
SENT_AT_ONCE: Final = 16
HELD: Final = 7 * 24 * 60 * 60  # seconds that a taken work item stays invisible; a new host clears the queue anyway
CLOCK: Final = ("clock", "now")
PIECES: Final[dict[str, Any]] = {"max_single_put_size": 512 * 1024, "max_block_size": 512 * 1024}  # of a large blob
QUICK: Final[dict[str, Any]] = {"retry_total": 2, "retry_connect": 2, "initial_backoff": 0.1, "increment_base": 2}
QUICK_TABLES: Final[dict[str, Any]] = {"retry_total": 2, "retry_connect": 2, "retry_backoff_factor": 0.1}

Row = dict[str, Any]
T = TypeVar("T")


@final
class AzureStore:
    """The state of one task hub; ``hub`` is its name as in ``host.json``."""

    def __init__(self, connection: str, hub: str) -> None:
        self._tables = TableServiceClient.from_connection_string(connection, **QUICK_TABLES)
        self._queues = QueueServiceClient.from_connection_string(connection, **QUICK)
        self._blobs = BlobServiceClient.from_connection_string(connection, **QUICK, **PIECES)
        self._table = self._tables.get_table_client(f"{hub}Instances")
        self._queue = self._queues.get_queue_client(f"{hub.lower()}-workitems")
        self._large = self._blobs.get_container_client(f"{hub.lower()}-largemessages")
        self._kept: dict[str, set[str]] = {}  # by run: the inbox rows that exist
        self._first_turn: dict[str, int] = {}  # by run: the first turn whose row is still there
        self._queued = 0
        self._bell = asyncio.Event()

    async def load(self) -> Loaded:
        """Everything in the table; the queue is emptied, since the host sends again what is open."""
        return await _guarded(self._load())

    async def create(self, instance: Instance) -> None:
        """Its row and its input; then what an earlier instance of this id has left is deleted."""
        await _guarded(self._create(instance))

    async def commit(self, instance: Instance, turn: Turn) -> None:
        """One transaction."""
        await _guarded(self._commit(instance, turn))

    async def keep(self, instance: Instance, key: str, message: Recorded) -> None:
        """A row of the inbox."""
        row = await _guarded(self._row(instance, f"inbox-{instance.run}-{key}", json.dumps(message)))
        with suppress(ResourceExistsError):
            await _guarded(self._table.create_entity(row))
        self._kept.setdefault(instance.run, set()).add(key)

    async def remove(self, instance: Instance) -> None:
        """Every row and blob; the instance's own row first, without which the others mean nothing."""
        partition = _partition(instance.id)
        await _guarded(self._delete(partition, ["instance"]))
        await _guarded(self._delete_rest(partition, None))

    async def reached(self, now: int) -> None:
        """The row of the clock."""
        partition, key = CLOCK
        await _guarded(self._table.upsert_entity({"PartitionKey": partition, "RowKey": key, "Text": str(now)}))

    async def send(self, works: Sequence[Work]) -> None:
        """Several at once."""
        places = asyncio.Semaphore(SENT_AT_ONCE)

        async def send(work: Work) -> None:
            async with places:
                await _guarded(self._queue.send_message(json.dumps(work._asdict())))

        await asyncio.gather(*map(send, works))
        self._queued += len(works)
        self._bell.set()

    async def receive(self) -> Sequence[Received]:
        """What is in the queue; waits while nothing has been sent that was not received."""
        while True:
            if not self._queued:
                self._bell.clear()
                await self._bell.wait()
            found = await _guarded(self._received())
            if found:
                self._queued -= len(found)
                return found
            await asyncio.sleep(0.02)

    async def done(self, received: Received) -> None:
        """Delete the message."""
        with suppress(ResourceNotFoundError):
            await _guarded(self._queue.delete_message(*received.receipt))

    async def drop(self) -> None:
        """Delete table, queue and container."""
        for deletion in (self._table.delete_table, self._queue.delete_queue, self._large.delete_container):
            with suppress(ResourceNotFoundError):
                await _guarded(deletion())

    async def close(self) -> None:
        """Close the connections."""
        for service in (self._tables, self._queues, self._blobs):
            await service.close()

    # Reading.

    async def _load(self) -> Loaded:
        for creation in (self._table.create_table, self._queue.create_queue, self._large.create_container):
            with suppress(ResourceExistsError):
                await creation()
        await self._queue.clear_messages()
        partitions: dict[str, dict[str, Row]] = {}
        async for row in self._table.list_entities():
            partitions.setdefault(row["PartitionKey"], {})[row["RowKey"]] = row
        clock = partitions.pop(CLOCK[0], {}).get(CLOCK[1])
        instances = [await self._instance(partition, rows) for partition, rows in partitions.items()]
        found = [instance for instance in instances if instance is not None]
        seen = [instance.updated for instance in found] + ([int(clock["Text"])] if clock else [])
        return Loaded(max(seen, default=None), found)

    async def _instance(self, partition: str, rows: dict[str, Row]) -> Instance | None:
        """Built up again from its rows; what belongs to an earlier execution is deleted."""
        row = rows.get("instance")
        execution = None if row is None else str(row["ExecutionId"])
        await self._delete_rest(partition, execution, rows)
        if row is None or execution is None:
            return None
        head = json.loads(await self._text(row))
        text = json.loads(await self._text(rows[f"input-{execution}"]))
        parent = None if head["parent"] is None else Parent(*head["parent"])
        instance = Instance(
            head["id"], head["name"], text, head["created"], number=head["number"], run=execution, parent=parent
        )
        for key in sorted(found for found in rows if found.startswith(f"turn-{execution}-")):
            instance.turns = int(key.rpartition("-")[2])
            self._first_turn.setdefault(execution, instance.turns)
            taken, events, outgoing, renewed, updated = json.loads(await self._text(rows[key]))
            sent = tuple(Message(*message) for message in outgoing)
            then = None if renewed is None else (renewed[0],)
            instance.apply(Turn(events, "Running", None, None, updated, tuple(taken), sent, then))
        instance.status, instance.updated = head["status"], head["updated"]
        instance.output, instance.custom_status = head["output"], head["custom_status"]
        await self._load_inbox(instance, rows)
        return instance

    async def _load_inbox(self, instance: Instance, rows: dict[str, Row]) -> None:
        start = f"inbox-{instance.run}-"
        for key in sorted(found for found in rows if found.startswith(start)):
            instance.inbox[key.removeprefix(start)] = json.loads(await self._text(rows[key]))
            self._kept.setdefault(instance.run, set()).add(key.removeprefix(start))

    async def _text(self, row: Row) -> str:
        if "Blob" not in row:
            return str(row["Text"])
        stream = await self._large.download_blob(row["Blob"])
        return (await stream.readall()).decode()

    async def _received(self) -> list[Received]:
        pages = self._queue.receive_messages(
            messages_per_page=RECEIVED_AT_ONCE, max_messages=RECEIVED_AT_ONCE, visibility_timeout=HELD
        )
        return [Received(Work(**json.loads(one.content)), (one.id, one.pop_receipt)) async for one in pages]

    # Writing.

    async def _create(self, instance: Instance) -> None:
        given = await self._row(instance, f"input-{instance.run}", json.dumps(instance.text))
        head = await self._head(instance, Turn([], instance.status, None, None, instance.updated))
        await self._table.submit_transaction([("create", given), ("upsert", head, {"mode": "replace"})])
        await self._delete_rest(_partition(instance.id), instance.run)

    async def _commit(self, instance: Instance, turn: Turn) -> None:
        key = f"turn-{instance.run}-{instance.turns:08}"
        body = [turn.taken, turn.events, turn.outgoing, turn.renewed, turn.updated]
        row = await self._row(instance, key, json.dumps(body))
        head = await self._head(instance, turn)
        kept = self._kept.get(instance.run, set())
        taken = [found for found in turn.taken if found in kept]
        await self._table.submit_transaction(
            [
                ("create", row),
                ("upsert", head, {"mode": "replace"}),
                *(("delete", _key(instance, f"inbox-{instance.run}-{found}")) for found in taken),
            ]
        )
        kept.difference_update(taken)
        await self._forget_turns(instance, turn)

    async def _forget_turns(self, instance: Instance, turn: Turn) -> None:
        """An entity is its state, and a run that continued as new nothing but its input."""
        if not (instance.is_entity or turn.renewed is not None):
            return
        first = self._first_turn.get(instance.run, 0)
        self._first_turn[instance.run] = instance.turns
        keys = (f"turn-{instance.run}-{number:08}" for number in range(first, instance.turns))
        await self._delete(_partition(instance.id), keys)

    async def _head(self, instance: Instance, turn: Turn) -> Row:
        head = {
            "id": instance.id,
            "name": instance.name,
            "number": instance.number,
            "created": instance.created,
            "status": turn.status,
            "updated": turn.updated,
            "output": turn.output,
            "custom_status": turn.custom_status,
            "parent": instance.parent,
        }
        row = await self._row(instance, "instance", json.dumps(head), f"instance-{instance.turns:08}")
        return {**row, "ExecutionId": instance.run, "Name": instance.name, "RuntimeStatus": turn.status}

    async def _row(self, instance: Instance, key: str, text: str, blob: str = "") -> Row:
        """A row whose text stands in a blob when it is long; the blob is there before the row that names it."""
        if len(text) <= LARGEST_TEXT:
            return {**_key(instance, key), "Text": text}
        name = f"{instance.id}/{instance.run}/{blob or key}"
        await self._large.upload_blob(name, BytesIO(text.encode()), overwrite=True)
        return {**_key(instance, key), "Blob": name}

    async def _delete_rest(self, partition: str, execution: str | None, rows: Iterable[str] | None = None) -> None:
        """Delete the rows and blobs of a partition that do not belong to ``execution``."""
        if rows is None:
            only = "PartitionKey eq @partition"
            found = self._table.query_entities(only, parameters={"partition": partition}, select=["RowKey"])
            rows = [row["RowKey"] async for row in found]
        stale = [key for key in rows if key != "instance" and (execution is None or f"-{execution}" not in key)]
        if not stale:
            return
        await self._delete(partition, stale)
        prefix = partition.removeprefix("i-") + "/"
        async for name in self._large.list_blob_names(name_starts_with=prefix):
            if execution is None or not name.startswith(f"{prefix}{execution}/"):
                await self._large.delete_blob(name)

    async def _delete(self, partition: str, keys: Iterable[str]) -> None:
        rows = iter(keys)
        while some := list(islice(rows, TRANSACTION)):
            await self._table.submit_transaction(
                [("delete", {"PartitionKey": partition, "RowKey": key}) for key in some]
            )


def _partition(instance_id: str) -> str:
    return f"i-{instance_id}"


def _key(instance: Instance, key: str) -> Row:
    return {"PartitionKey": _partition(instance.id), "RowKey": key}


async def _guarded(work: Awaitable[T]) -> T:
    """What the storage refuses is an error of ours; what it does not answer means that it is gone."""
    try:
        return await work
    except (ResourceExistsError, ResourceNotFoundError):
        raise
    except HttpResponseError as refused:
        raise StoreLost(f"the storage of the emulated Azure refused a request: {_first_line(refused)}") from refused
    except AzureError as gone:
        raise StoreLost(f"the storage of the emulated Azure does not answer any more: {_first_line(gone)}") from gone


def _first_line(error: AzureError) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
