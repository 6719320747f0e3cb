"""``Depot``: the SQLite file and folder that hold what functions with triggers leave behind."""

import sqlite3
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from secrets import token_bytes
from typing import Any, Final, NamedTuple, final

from portable_faas.errors import NotSupported
from portable_faas.local.store import MEMORY
from portable_faas.resources import DeadLetter

VERSION: Final = 2  # 2 has counters
UNFINISHED: Final = ".part"  # ends the name of a file that is not an object yet


@final
class Delivery(NamedTuple):
    """A message that is due; ``attempt`` counts this one."""

    number: int
    source: str
    id: str
    body: str
    sent_at: int
    attempt: int


@final
class Depot:
    """One open file beside the engine's store; every method is one transaction and may be called from any thread."""

    def __init__(self, path: str) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._path = path
        self._lock = threading.Lock()
        if path != MEMORY:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        file = path if path == MEMORY else f"{path}-triggers"
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._open(file)
        if path != MEMORY:
            self._clear()

    def _clear(self) -> None:
        """Remove what a process that died left unfinished; the engine's lock says that no other one is at work."""
        for unfinished in self.buckets.glob(f"*{UNFINISHED}"):
            unfinished.unlink(missing_ok=True)

    def _open(self, file: str) -> None:
        (found,) = self._connection.execute("PRAGMA user_version").fetchone()
        if found == 0:
            schema = files("portable_faas.local").joinpath("triggers.sql").read_text("utf-8")
            self._connection.executescript(f"BEGIN IMMEDIATE; {schema} PRAGMA user_version = {VERSION}; COMMIT;")
        elif found == 1:
            counters = "key TEXT PRIMARY KEY, window INTEGER NOT NULL, count INTEGER NOT NULL"
            added = f"CREATE TABLE counters ({counters}) STRICT, WITHOUT ROWID; PRAGMA user_version = {VERSION}"
            self._connection.executescript(f"BEGIN IMMEDIATE; {added}; COMMIT;")
        elif found != VERSION:
            self.close()
            raise NotSupported(f"{file} has version {found} and this release reads {VERSION}; use another store")

    @property
    def buckets(self) -> Path:
        """The folder of the objects; beside a store in memory a temporary one, made when it is first asked for."""
        if self._path != MEMORY:
            return Path(f"{self._path}-buckets")
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="pfaas-buckets-")
        return Path(self._folder.name)

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _rows(self, query: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    # Messages.

    def send(self, rows: Sequence[tuple[str, str, str, int, int]]) -> None:
        """Add messages: source, id, body, sent at, due."""
        with self._transaction() as run:
            run.executemany("INSERT INTO deliveries (source, id, body, sent_at, due) VALUES (?, ?, ?, ?, ?)", rows)

    def claim(self, source: str, now: int, limit: int, without: set[int]) -> list[Delivery]:
        """Begin an attempt of the oldest messages that are due, those under way (``without``) aside."""
        query = (
            "SELECT number, source, id, body, sent_at, attempts + 1 FROM deliveries"
            " WHERE source = ? AND due <= ? AND error IS NULL ORDER BY due, number LIMIT ?"
        )
        rows = self._rows(query, source, now, limit + len(without))
        found = [Delivery(*row) for row in rows if row[0] not in without][:limit]
        with self._transaction() as run:
            run.executemany(
                "UPDATE deliveries SET attempts = attempts + 1 WHERE number = ?", [(d.number,) for d in found]
            )
        return found

    def next_due(self, source: str, without: set[int]) -> int | None:
        """When the next message is due."""
        query = "SELECT number, due FROM deliveries WHERE source = ? AND error IS NULL ORDER BY due, number LIMIT ?"
        return next((due for number, due in self._rows(query, source, len(without) + 1) if number not in without), None)

    def finish(self, numbers: Sequence[int], function: str = "", keys: Sequence[str] = (), until: int = 0) -> None:
        """Forget messages that are done, and remember their keys."""
        with self._transaction() as run:
            run.executemany("DELETE FROM deliveries WHERE number = ?", [(number,) for number in numbers])
            run.executemany("INSERT OR REPLACE INTO done VALUES (?, ?, ?)", [(function, key, until) for key in keys])

    def again(self, number: int, due: int, *, uncounted: bool = False) -> None:
        """Try a message again later; ``uncounted``: the attempt that was begun does not count."""
        with self._transaction() as run:
            query = "UPDATE deliveries SET due = ?, attempts = attempts - ? WHERE number = ?"
            run.execute(query, (due, int(uncounted), number))

    def bury(self, number: int, error: str, most: int) -> None:
        """Make a message a dead letter; it was tried ``most`` times at most, and one claim more may bury it."""
        with self._transaction() as run:
            query = "UPDATE deliveries SET error = ?, attempts = min(attempts, ?) WHERE number = ?"
            run.execute(query, (error, most, number))

    def dead(self, source: str, limit: int) -> list[DeadLetter]:
        """The oldest dead letters."""
        query = (
            "SELECT id, body, attempts, error FROM deliveries"
            " WHERE source = ? AND error IS NOT NULL ORDER BY number LIMIT ?"
        )
        return [DeadLetter(*row) for row in self._rows(query, source, limit)]

    def redrive(self, source: str, now: int) -> int:
        """Give every dead letter fresh attempts; how many there were."""
        with self._transaction() as run:
            changed = run.execute(
                "UPDATE deliveries SET error = NULL, attempts = 0, due = ? WHERE source = ? AND error IS NOT NULL",
                (now, source),
            )
            return changed.rowcount

    def is_done(self, function: str, key: str, now: int) -> bool:
        """Whether a message of this key was done lately; forgets what was done long ago."""
        with self._transaction() as run:
            run.execute("DELETE FROM done WHERE until <= ?", (now,))
        return bool(self._rows("SELECT 1 FROM done WHERE function = ? AND key = ?", function, key))

    # Schedules and keys.

    def last_run(self, function: str) -> int | None:
        """The last due moment that was carried out."""
        rows = self._rows("SELECT due FROM runs WHERE function = ?", function)
        return int(rows[0][0]) if rows else None

    def ran(self, function: str, due: int) -> None:
        """Remember a due moment."""
        with self._transaction() as run:
            run.execute("INSERT OR REPLACE INTO runs VALUES (?, ?)", (function, due))

    def key(self, name: str) -> bytes:
        """A random key that stays the same for this file."""
        with self._transaction() as run:
            run.execute("INSERT OR IGNORE INTO keys VALUES (?, ?)", (name, token_bytes(32)))
        found: bytes = self._rows("SELECT value FROM keys WHERE name = ?", name)[0][0]
        return found

    def count(self, key: str, window: int) -> int:
        """Count one more of ``key`` in a window, which begins at 1, and give the count."""
        query = (
            "INSERT INTO counters VALUES (?, ?, 1) ON CONFLICT (key) DO UPDATE SET"
            " count = CASE WHEN window = excluded.window THEN count + 1 ELSE 1 END, window = excluded.window"
            " RETURNING count"
        )
        with self._transaction() as run:
            (found,) = run.execute(query, (key, window)).fetchone()
        return int(found)

    # Objects.

    def describe(self, bucket: str, key: str) -> tuple[Any, ...] | None:
        """The row of an object: key, size, etag, content type, modified."""
        query = "SELECT key, size, etag, content_type, modified FROM objects WHERE bucket = ? AND key = ?"
        rows = self._rows(query, bucket, key)
        return tuple(rows[0]) if rows else None

    def stored(self, bucket: str, row: tuple[Any, ...], deliveries: Sequence[tuple[str, str, str, int, int]]) -> None:
        """Record an object, and tell whoever wants to know of it."""
        with self._transaction() as run:
            run.execute("INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?, ?, ?)", (bucket, *row))
            run.executemany(
                "INSERT INTO deliveries (source, id, body, sent_at, due) VALUES (?, ?, ?, ?, ?)", deliveries
            )

    def removed(self, bucket: str, key: str, deliveries: Sequence[tuple[str, str, str, int, int]]) -> None:
        """Forget an object, and tell whoever wants to know of it."""
        with self._transaction() as run:
            run.execute("DELETE FROM objects WHERE bucket = ? AND key = ?", (bucket, key))
            run.executemany(
                "INSERT INTO deliveries (source, id, body, sent_at, due) VALUES (?, ?, ?, ?, ?)", deliveries
            )

    def objects(self, bucket: str, prefix: str, after: str, limit: int) -> list[tuple[Any, ...]]:
        """The rows of the next objects by key."""
        query = (
            "SELECT key, size, etag, content_type, modified FROM objects"
            " WHERE bucket = ? AND key > ? AND substr(key, 1, ?) = ? ORDER BY key LIMIT ?"
        )
        return [tuple(row) for row in self._rows(query, bucket, after, len(prefix), prefix, limit)]

    def close(self) -> None:
        """Close the file; what was in memory is gone."""
        self._connection.close()
        if self._folder is not None:
            self._folder.cleanup()
