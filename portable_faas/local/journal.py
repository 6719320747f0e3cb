"""Group commit: turns hand in what they wrote and what shall happen once it is durable.

    journal.batch.events.append(...); journal.then(start_activity); journal.commit_soon()

All that one tick of the event loop hands in is one transaction. With ``synchronous=FULL`` a commit waits for the
disk, so it runs in a thread and the next batch grows meanwhile; with ``NORMAL`` it is faster inline.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, final

from portable_faas.local.store import MEMORY, Batch, Store


@final
class Journal:
    """Collects writes and effects; an effect is called after the commit that holds the writes handed in before it."""

    def __init__(self, store: Store, loop: asyncio.AbstractEventLoop, committed: Callable[[], None]) -> None:
        self.batch = Batch()
        self._effects: list[tuple[Callable[..., None], tuple[Any, ...]]] = []
        self._store = store
        self._loop = loop
        self._committed = committed
        self._scheduled = False
        self._writing = False
        self._closed = False
        self.failure: BaseException | None = None
        inline = store.path == MEMORY or store.synchronous == "NORMAL"
        self._thread = None if inline else ThreadPoolExecutor(1, "pfaas-commit")

    @property
    def idle(self) -> bool:
        """Whether everything handed in is durable and has had its effect."""
        return not (self._scheduled or self._writing or self._effects)

    def is_open(self) -> bool:
        """Whether effects still happen; an effect may close the journal."""
        return not self._closed

    def then(self, effect: Callable[..., None], *args: Any) -> None:
        """Call ``effect`` once everything handed in so far is durable."""
        self._effects.append((effect, args))
        self.commit_soon()

    def commit_soon(self) -> None:
        """Commit at the end of this tick, or after the commit under way."""
        if not (self._scheduled or self._writing or self._closed):
            self._scheduled = True
            self._loop.call_soon(self._commit)

    def close(self) -> None:
        """Drop what is not yet being written, and wait for what is."""
        self._closed = True
        self._effects.clear()
        if self._thread is not None:
            self._thread.shutdown(wait=True)

    def _commit(self) -> None:
        self._scheduled = False
        if self._closed:
            return
        batch, self.batch = self.batch, Batch()
        effects, self._effects = self._effects, []
        self._writing = True
        if self._thread is None:
            try:
                self._store.write(batch)
            except Exception as error:
                self.failure = error
            self._written(effects)
        else:
            self._thread.submit(self._write, batch, effects)

    def _write(self, batch: Batch, effects: list[tuple[Callable[..., None], tuple[Any, ...]]]) -> None:
        try:
            self._store.write(batch)
        except Exception as error:
            self.failure = error
        if not self._closed:
            self._loop.call_soon_threadsafe(self._written, effects)

    def _written(self, effects: list[tuple[Callable[..., None], tuple[Any, ...]]]) -> None:
        self._writing = False
        if not self.is_open():
            return
        self._committed()
        for effect, args in effects:
            if not self.is_open():
                return
            effect(*args)
        if self._effects:
            self.commit_soon()
