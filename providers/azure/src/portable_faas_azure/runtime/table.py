"""``Table``: what an app itself remembers: counters, keys of messages, due moments that ran, dead letters.

    partition count       row <key>        the number of requests in the present period
    partition done-<f>    row <key>        a key that is worked on or done, and until when that counts
    partition dead-<s>    row <number>     a message that was given up

A row is changed only as it was read: the service compares its ETag ("Update Entity", Table service REST API).
"""

import hashlib
import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from secrets import token_bytes
from typing import Any, Final, Literal, NamedTuple, final

from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceModifiedError, ResourceNotFoundError
from azure.data.tables import UpdateMode

from portable_faas.resources import DeadLetter
from portable_faas.triggers.receiving import REMEMBERED
from portable_faas_azure.runtime.clock import Clock
from portable_faas_azure.runtime.storage import Storage

CLAIMED: Final = 10 * 60_000  # milliseconds after which another try may take over a key whose process may have died
SWEEP: Final = 0.01  # how often old keys are looked for
SWEPT: Final = 100
LONGEST_ERROR: Final = 8 * 1024
Row = Mapping[str, Any]


@final
class Buried(NamedTuple):
    """A dead letter, the number of its row, and the blob that holds its text if that is long."""

    number: str
    letter: DeadLetter
    large: str


@final
class Table:
    """The table of one app."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._table = storage.table
        self._clock = clock
        self._keys: dict[str, bytes] = {}

    async def count(self, key: str, window: int) -> int:
        """Count one more in this window, and give the count."""
        name = _hashed(key)
        while True:
            row = await self._get("count", name)
            count = 1 + (int(row["Count"]) if row is not None and int(row["Window"]) == window else 0)
            if await self._put("count", name, {"Window": str(window), "Count": count}, row):
                return count

    async def secret(self, name: str) -> bytes:
        """A random key that stays the same for this app."""
        if name not in self._keys:
            await self._put("key", name, {"Value": token_bytes(32)}, None)
            row = await self._get("key", name)
            assert row is not None
            self._keys[name] = bytes(row["Value"])
        return self._keys[name]

    async def ran(self, function: str, due: int) -> bool:
        """Remember that this moment of a schedule is carried out; whether nobody has before."""
        while True:
            row = await self._get("ran", function)
            if row is not None and int(row["Due"]) >= due:
                return False
            if await self._put("ran", function, {"Due": str(due)}, row):
                return True

    # Keys of messages.

    async def begin(self, function: str, key: str) -> Literal["begun", "busy", "done"]:
        """Begin to work on a key, unless somebody does or lately has."""
        now, partition, name = self._clock.now(), f"done-{function}", _hashed(key)
        row = await self._get(partition, name)
        if row is not None and int(row["Until"]) > now:
            return "done" if row["Done"] else "busy"
        claimed = await self._put(partition, name, {"Until": str(now + CLAIMED), "Done": False}, row)
        return "begun" if claimed else "busy"

    async def end(self, function: str, key: str, done: bool) -> None:
        """The work on a key has ended."""
        partition, name = f"done-{function}", _hashed(key)
        if done:
            row = {"Until": str(self._clock.now() + REMEMBERED), "Done": True}
            await self._table.upsert_entity({**_place(partition, name), **row}, mode=UpdateMode.REPLACE)
        else:
            await self._delete(partition, name)
        if random.random() < SWEEP:
            await self._sweep(partition)

    async def _sweep(self, partition: str) -> None:
        """Forget some keys that no longer count."""
        query, values = "PartitionKey eq @partition", {"partition": partition}
        found = self._table.query_entities(query, parameters=values, select=["RowKey", "Until"], results_per_page=SWEPT)
        async for row in found:
            if int(row["Until"]) <= self._clock.now():
                await self._delete(partition, row["RowKey"])

    # Dead letters.

    async def bury(self, source: str, letter: DeadLetter, large: str) -> None:
        """Keep what was given up; ``large`` names the blob of a text that no row takes."""
        number = f"{self._clock.now():015}-{token_bytes(8).hex()}"
        text = b"" if large else letter.text.encode()
        row = {"Id": letter.id, "Text": text, "Attempts": letter.attempts, "Large": large}
        await self._table.create_entity({**_place(_dead(source), number), **row, "Error": letter.error[:LONGEST_ERROR]})

    async def dead(self, source: str, limit: int | None = None) -> Sequence[Buried]:
        """The oldest dead letters."""
        found: list[Buried] = []
        rows = self._table.query_entities("PartitionKey eq @source", parameters={"source": _dead(source)})
        async for row in rows:
            if limit is not None and len(found) >= limit:
                break
            letter = DeadLetter(row["Id"], bytes(row["Text"]).decode(), int(row["Attempts"]), row["Error"])
            found.append(Buried(row["RowKey"], letter, row["Large"]))
        return found

    async def exhume(self, source: str, number: str) -> None:
        """Forget a dead letter."""
        await self._delete(_dead(source), number)

    # Rows.

    async def _get(self, partition: str, name: str) -> Any:
        try:
            return await self._table.get_entity(partition, name)
        except ResourceNotFoundError:
            return None

    async def _put(self, partition: str, name: str, values: Row, read: Any) -> bool:
        """Create the row, or replace the one that was ``read``; whether nobody else was quicker."""
        row = {**_place(partition, name), **values}
        if read is None:
            with suppress(ResourceExistsError):  # a table that is missing is no row that somebody else was quicker with
                await self._table.create_entity(row)
                return True
            return False
        tag, same = read.metadata["etag"], MatchConditions.IfNotModified
        with suppress(ResourceModifiedError, ResourceNotFoundError):
            await self._table.update_entity(row, mode=UpdateMode.REPLACE, etag=tag, match_condition=same)
            return True
        return False

    async def _delete(self, partition: str, name: str) -> None:
        with suppress(ResourceNotFoundError):
            await self._table.delete_entity(partition, name)


def _place(partition: str, name: str) -> dict[str, str]:
    return {"PartitionKey": partition, "RowKey": name}


def _hashed(key: str) -> str:
    """Keys of rows may not hold any character, and are short."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _dead(source: str) -> str:
    return f"dead-{source.replace('/', '-')}"
