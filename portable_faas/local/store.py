"""The engine's SQLite file: one commit per batch of turns, and a schema version that is checked when it is opened."""

import os
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from importlib.resources import files
from json import loads
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple, final

from portable_faas.errors import InstanceNotFound, NotSupported
from portable_faas.history import EVENT_RAISED, Event
from portable_faas.provider import Query, Record

if sys.platform != "win32":
    import fcntl

VERSION: Final = 2
MEMORY: Final = ":memory:"
CHECKPOINT: Final = 4000  # pages of log (16 MB) between two checkpoints; each costs two fsyncs of its own
Synchronous = Literal["FULL", "NORMAL"]
COLUMNS: Final = "id, orchestrator, status, input, output, error, custom_status, created_at, updated_at"
RUN: Final = "key, run, version, parent, parent_step, inbox, began_at"
LIVE: Final = "status IN ('Pending', 'Running', 'Suspended')"


class StoreInUse(OSError):
    """Another live process holds this store; ``holder`` is its process id where known."""

    def __init__(self, path: str, holder: str) -> None:
        super().__init__(f"the store {path} is in use by process {holder}; wait for it, or choose another store")
        self.path = path
        self.holder = holder


class StoreFailed(OSError):
    """The file cannot be opened, or a commit did not succeed; nothing of that commit had an effect."""

    def __init__(self, path: str, cause: BaseException) -> None:
        super().__init__(f"the store {path} cannot be used: {cause}")
        self.path = path
        self.__cause__ = cause


@final
class Row(NamedTuple):
    """A run of an instance as it is stored; ``parent`` is the key and step of the orchestration that waits for it."""

    key: int
    run: str
    version: str
    parent: tuple[int, int] | None
    inbox: str | None
    began_at: int
    record: Record


@final
class Batch:
    """What one commit writes, in order: ended ids that start again, new runs, events, changed instances, entities.

    ``expired`` are the keys of runs to forget whatever their ids mean by now.
    ``states`` are the entities' new states by class and key; ``operations`` are new ones, ``outcomes`` the ends of
    those whose client has not heard, by their numbers; ``applied`` are the numbers of those nobody asks for any more.
    """

    __slots__ = (
        "applied",
        "events",
        "expired",
        "forgotten",
        "operations",
        "outcomes",
        "started",
        "states",
        "undone",
        "updates",
    )

    def __init__(self) -> None:
        self.forgotten: list[tuple[str]] = []
        self.expired: list[tuple[int]] = []
        self.undone: list[tuple[int, int]] = []
        self.started: list[tuple[Any, ...]] = []
        self.events: list[tuple[int, int, int, str, int, str, str, str]] = []
        self.updates: dict[int, dict[str, Any]] = {}
        self.operations: list[tuple[Any, ...]] = []
        self.outcomes: dict[int, str] = {}
        self.applied: list[tuple[int]] = []
        self.states: dict[tuple[str, str], str] = {}

    def update(self, key: int, **values: Any) -> None:
        """Set columns of an instance; several updates in one batch become one."""
        self.updates.setdefault(key, {}).update(values)

    def forget(self, key: int, instance_id: str) -> None:
        """The run is over and leaves nothing, not even what this batch says of it."""
        self.forgotten.append((instance_id,))
        self.events = [event for event in self.events if event[0] != key]
        self.started = [run for run in self.started if run[0] != key]
        self.updates.pop(key, None)


@final
class Store:
    """One open database. Writing is one transaction per call; reading sees only what is committed.

    ``FULL`` survives power loss (one fsync per commit), ``NORMAL`` survives the death of the process.
    """

    def __init__(self, path: str = MEMORY, synchronous: Synchronous = "NORMAL", read_only: bool = False) -> None:
        self.path = path
        self.synchronous = synchronous
        self.commits = 0
        self._ordered = False
        self._opened = ExitStack()
        try:
            if path != MEMORY and not read_only:
                self._hold(path)
            self._writer = self._connect()
            # A second connection never sees a transaction that another thread has open. A memory database has
            # only one, and is written inline.
            self._reader = self._writer if path == MEMORY or read_only else self._connect()
            self._check_version(read_only)
        except sqlite3.Error as wrong:
            self.close()
            raise StoreFailed(path, wrong) from wrong
        except BaseException:
            self.close()
            raise

    def _hold(self, path: str) -> None:
        lock = _lock(path)
        if lock is not None:
            self._opened.callback(os.close, lock)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, cached_statements=64)
        self._opened.callback(connection.close)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {self.synchronous}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")
        return connection

    def _check_version(self, read_only: bool) -> None:
        (found,) = self._writer.execute("PRAGMA user_version").fetchone()
        if read_only:
            self._writer.execute("PRAGMA query_only = ON")
        if found == 0 and not read_only:
            schema = files("portable_faas.local").joinpath("schema.sql").read_text("utf-8")
            self._writer.executescript(f"BEGIN IMMEDIATE; {schema} PRAGMA user_version = {VERSION}; COMMIT;")
        elif found != VERSION:
            raise NotSupported(
                f"the store {self.path} has schema version {found} and this release reads version {VERSION}; "
                "use the release that wrote it, or another store"
            )

    def write(self, batch: Batch) -> None:
        """Commit the batch, all of it or nothing."""
        run = self._writer.execute
        run("BEGIN IMMEDIATE")
        try:
            self._write(batch)
        except BaseException:
            run("ROLLBACK")
            raise
        run("COMMIT")
        self.commits += 1

    def _write(self, batch: Batch) -> None:
        many = self._writer.executemany
        if batch.forgotten:
            many("DELETE FROM events WHERE instance = (SELECT key FROM instances WHERE id = ?)", batch.forgotten)
            many("DELETE FROM instances WHERE id = ?", batch.forgotten)
        if batch.expired:
            many("DELETE FROM events WHERE instance = ?", batch.expired)
            many("DELETE FROM instances WHERE key = ?", batch.expired)
        if batch.undone:
            many("DELETE FROM events WHERE instance = ? AND number > ?", batch.undone)
        if batch.started:
            many(
                f"INSERT INTO instances ({RUN}, status, id, orchestrator, input, custom_status, created_at, updated_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, 'Running', ?, ?, ?, ?, ?, ?)",
                batch.started,
            )
        if batch.events:
            many("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", batch.events)
        for key, values in batch.updates.items():
            columns = ", ".join(f"{column} = ?" for column in values)
            self._writer.execute(f"UPDATE instances SET {columns} WHERE key = ?", [*values.values(), key])
        if batch.operations or batch.applied or batch.outcomes or batch.states:
            self._write_entities(batch)

    def _write_entities(self, batch: Batch) -> None:
        many = self._writer.executemany
        many("INSERT INTO operations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)", batch.operations)
        many("UPDATE operations SET outcome = ? WHERE number = ?", [(text, at) for at, text in batch.outcomes.items()])
        many("DELETE FROM operations WHERE number = ?", batch.applied)
        many("INSERT OR REPLACE INTO entities VALUES (?, ?, ?)", [(*name, text) for name, text in batch.states.items()])

    def next_key(self) -> int:
        """A key above every used one."""
        (key,) = self._reader.execute("SELECT coalesce(max(key), 0) + 1 FROM instances").fetchone()
        return int(key)

    def live(self) -> list[Row]:
        """Every unfinished run, oldest first."""
        return self._rows(f"{LIVE} ORDER BY key")

    def row(self, instance_id: str) -> Row | None:
        """The run of the live or finished instance with this id, if there is one."""
        found = self._rows("id = ?", instance_id)
        return found[0] if found else None

    def _rows(self, where: str, *values: object) -> list[Row]:
        rows = self._reader.execute(f"SELECT {RUN}, {COLUMNS} FROM instances WHERE {where}", values).fetchall()
        return [_row(*row) for row in rows]

    def expired(self, until: int) -> list[int]:
        """The runs that had ended at ``until`` and that no live orchestration still waits for."""
        if not self._ordered:  # a store that an earlier release has made has no such index
            self._writer.execute(f"CREATE INDEX IF NOT EXISTS ended ON instances (updated_at) WHERE NOT ({LIVE})")
            self._ordered = True
        rows = self._reader.execute(
            f"SELECT key FROM instances AS ended WHERE NOT ({LIVE}) AND updated_at <= ? AND NOT EXISTS"
            f" (SELECT 1 FROM instances WHERE key = ended.parent AND {LIVE})",
            [until],
        )
        return [key for (key,) in rows]

    def state(self, entity: str, key: str) -> str | None:
        """The state of an entity, None for a fresh key."""
        row = self._reader.execute("SELECT state FROM entities WHERE class = ? AND key = ?", [entity, key]).fetchone()
        return None if row is None else str(row[0])

    def operations(self) -> list[tuple[Any, ...]]:
        """Every operation that was handed over and is not done with, in the order of arrival."""
        return self._reader.execute("SELECT * FROM operations ORDER BY number").fetchall()

    def record(self, instance_id: str) -> Record:
        """The instance; ``InstanceNotFound`` if there is none."""
        row = self._reader.execute(f"SELECT {COLUMNS} FROM instances WHERE id = ?", [instance_id]).fetchone()
        if row is None:
            raise InstanceNotFound(instance_id)
        return Record(*row)

    def history(self, instance_id: str) -> list[Event]:
        """The events of an instance in order."""
        rows = self._reader.execute(
            "SELECT at, kind, step, fiber, name, data FROM events"
            " WHERE instance = (SELECT key FROM instances WHERE id = ?) ORDER BY number",
            [instance_id],
        )
        return [Event(*row) for row in rows]

    def has_event(self, instance_id: str, event_id: str) -> bool:
        """Whether the last run of an instance was given the external event with this id."""
        raised = (loads(event.data) for event in self.history(instance_id) if event.kind == EVENT_RAISED)
        return any(event["id"] == event_id for event in raised)

    def list(self, query: Query) -> Sequence[Record]:
        """The matching instances, newest first."""
        tests: list[tuple[str, object]] = [
            ("orchestrator = ?", query.orchestrator),
            ("status = ?", query.status),
            ("instr(id, ?) = 1", query.prefix),
            ("created_at >= ?", query.since),
        ]
        given = [(test, value) for test, value in tests if value is not None]
        where = " AND ".join(test for test, _ in given) or "1"
        values = [value for _, value in given]
        limit = -1 if query.limit is None else query.limit
        rows = self._reader.execute(
            f"SELECT {COLUMNS} FROM instances WHERE {where} ORDER BY created_at DESC, key DESC LIMIT ?",
            [*values, limit],
        )
        return [Record(*row) for row in rows]

    def close(self) -> None:
        """Close the file and let others have it."""
        self._opened.close()


def _row(
    key: int, run: str, version: str, parent: int | None, step: int | None, inbox: str | None, began: int, *record: Any
) -> Row:
    waiting = None if parent is None or step is None else (parent, step)
    return Row(key, run, version, waiting, inbox, began, Record(*record))


def _lock(path: str) -> int | None:
    """Hold the store for this process: two engines on one file would both drive its instances."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    if sys.platform == "win32":
        return None  # no flock there; SQLite's own locks are all that guards the file
    descriptor = os.open(f"{path}-lock", os.O_CREAT | os.O_RDWR, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        holder = os.read(descriptor, 32).decode("ascii", "replace").strip() or "?"
        os.close(descriptor)
        raise StoreInUse(path, holder) from None
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
    return descriptor
