"""Brings instances back from the store: replays each to where it was and opens again what it waits for.

Nothing is written where nothing has changed, so an engine that finds everything in order commits nothing.
"""

import logging
from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from portable_faas.errors import NonDeterminism, NotPortable
from portable_faas.history import COMPLETED, FAILED, TIMER_FIRED, Event
from portable_faas.local.instance import Instance
from portable_faas.local.journal import Journal
from portable_faas.local.store import Row, Store
from portable_faas.replay import CallEntity, Command, Complete, Continue, Fail, StartActivity, Waiting, replay

if TYPE_CHECKING:
    from portable_faas.local.engine import Engine

LOG: Final = logging.getLogger("portable_faas.local")


def recover(engine: "Engine", store: Store, only: Collection[str] | None = None) -> int:
    """Let every unfinished instance (or ``only`` these, and what they wait for) go on; gives how many."""
    chosen = [_instance(engine, row) for row in _chosen(store.live(), only)]
    for instance in chosen:
        _resume(engine, instance, store.history(instance.id))
    for instance in chosen:
        held = instance.execution.held_locks() if instance.execution else {}
        for lock, request in held.items():
            engine.entities.restore((instance.key, lock), request.entities)
    engine.entities.drain_all()
    return len(chosen)


def reopen(engine: "Engine", store: Store, journal: Journal, row: Row) -> None:
    """Make a failed instance live again, without the last completion of its history and what came of it."""
    history = store.history(row.record.instance_id)
    ends = [number for number, event in enumerate(history) if event.kind in (COMPLETED, FAILED, TIMER_FIRED)]
    history = history[: ends[-1]] if ends else []
    journal.batch.undone.append((row.key, len(history)))
    journal.batch.update(row.key, status="Running", error=None, updated_at=engine.clock.now())
    journal.commit_soon()
    _resume(engine, _instance(engine, row), history)


def _chosen(rows: list[Row], only: Collection[str] | None) -> list[Row]:
    """Those that are wanted, and the sub-orchestrations below them."""
    if only is None:
        return rows
    keys: set[int] = set()
    for row in rows:  # a child's key is above its parent's
        if row.record.instance_id in only or (row.parent is not None and row.parent[0] in keys):
            keys.add(row.key)
    return [row for row in rows if row.key in keys]


def _instance(engine: "Engine", row: Row) -> Instance:
    record = row.record
    orchestrator = engine.app.orchestrators.get(record.orchestrator)
    made = Instance(row.key, record.instance_id, row.run, orchestrator, record.input, record.created_at, row.version)
    made.parent, made.inbox, made.began = row.parent, row.inbox, row.began_at
    made.custom_status, made.suspended = record.custom_status, record.status == "Suspended"
    engine.adopt(made)
    return made


def _resume(engine: "Engine", instance: Instance, history: list[Event]) -> None:
    instance.number = len(history)
    instance.events = history if engine.always_replay else None
    try:
        instance.execution = execution = engine.execution_of(instance)
        if not history:  # a run that is durable and has not begun; what has begun waits for something
            engine.loop.call_soon(engine.begin_code, instance)
            return
        replayed = replay(execution, instance.began, history)
    except (NonDeterminism, NotPortable) as wrong:
        LOG.error("instance %s waits for code that can replay it: %s", instance.id, wrong)
        instance.stop()
        instance.blocked = wrong
        return
    execution.replaying = False
    ending: list[Command] = [command for command in replayed.last if isinstance(command, Complete | Fail | Continue)]
    if ending:
        engine.absorb(instance, ending, engine.clock.now())
    for command in replayed.waiting:
        _reopen(engine, instance, command, history)


def _reopen(engine: "Engine", instance: Instance, command: Waiting, history: list[Event]) -> None:
    match command:
        case StartActivity():
            engine.activities.reopen(instance, command, history)
        case CallEntity():
            return  # the operation itself is in the store
        case _:
            engine.loop.call_soon(engine.open, instance, command)
