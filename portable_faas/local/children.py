"""Instances that instances start: sub-orchestrations, whose end comes back, and starts that nobody waits for.

A child's end is durable before its parent hears of it; an engine that finds the parent still waiting tells it again.
"""

import json
from typing import TYPE_CHECKING, Any, Final, final
from uuid import UUID, uuid5

from portable_faas.errors import InstanceExists, NotSupported, OrchestrationTerminated
from portable_faas.history import COMPLETED, FAILED
from portable_faas.local.instance import Instance
from portable_faas.local.journal import Journal
from portable_faas.local.recovery import reopen
from portable_faas.local.store import Row, Store
from portable_faas.provider import FINISHED, Record
from portable_faas.replay import StartChild, StartInstance
from portable_faas.values import capture, dumps, loads

if TYPE_CHECKING:
    from portable_faas.local.engine import Engine

ABANDONED: Final = "the orchestration that waited for it went on without it"
PARENT_ENDED: Final = "the orchestration that waited for it ended"


@final
class Children:
    """Starts, ends and reruns instances on behalf of others."""

    def __init__(self, engine: "Engine", store: Store, journal: Journal) -> None:
        self._engine = engine
        self._store = store
        self._journal = journal

    def start(self, parent: Instance, command: StartChild) -> None:
        """Start the child of a durable step, unless a former engine has done so."""
        link = (parent.key, command.step)
        parent.children[command.step] = command.instance_id
        row = self._store.row(command.instance_id)
        if row is not None and row.parent == link:
            if row.record.status in FINISHED:
                self._tell(link, row.record)
            return
        self._begin(parent, command, parent=link)

    def start_free(self, starter: Instance, command: StartInstance) -> None:
        """Start an instance of its own and say so in the same commit."""
        if self._begin(starter, command, if_exists=command.if_exists):
            text = json.dumps(command.instance_id)
            self._engine.completed(starter.key, command.step, COMPLETED, text)

    def _begin(self, starter: Instance, command: StartChild | StartInstance, **options: Any) -> bool:
        # The same run for the same step, so that doing it again after a crash is the same start.
        run = str(uuid5(UUID(starter.run), f"run {command.step}"))
        orchestrator = self._engine.app.orchestrators[command.name]
        try:
            self._engine.begin(orchestrator, command.input, command.instance_id, run, **options)
        except InstanceExists as exists:
            starter.children.pop(command.step, None)
            self._engine.completed(starter.key, command.step, FAILED, json.dumps(capture(exists).to_wire()))
            return False
        return True

    def ended(self, child: Instance) -> None:
        """The end of an instance is durable: its parent goes on."""
        if child.parent is not None:
            self._tell(child.parent, self._store.record(child.id))

    def _tell(self, link: tuple[int, int], record: Record) -> None:
        parent = self._engine.by_key(link[0])
        if parent is not None:
            parent.children.pop(link[1], None)
        match record.status:
            case "Completed":
                self._engine.completed(*link, COMPLETED, record.output or "null")
            case "Terminated":
                ended = OrchestrationTerminated(str(loads(record.error or '""')))
                self._engine.completed(*link, FAILED, json.dumps(capture(ended).to_wire()))
            case _:
                self._engine.completed(*link, FAILED, record.error or "null")

    def abandon(self, parent: Instance, step: int) -> None:
        """Nobody waits for this child any more."""
        self._terminate(parent.children.pop(step), ABANDONED)

    def terminate(self, parent: Instance) -> None:
        """The parent is over: so is what it waits for."""
        children, parent.children = parent.children, {}
        for child in children.values():
            self._terminate(child, PARENT_ENDED)

    def _terminate(self, child_id: str, reason: str) -> None:
        child = self._engine.live(child_id)
        if child is not None and not child.ended:
            self._engine.end(child, "Terminated", error=dumps(reason, "reason"))

    def rerun(self, instance_id: str) -> None:
        """Reopen a failed instance, and below it the failed child that it failed for."""
        row = self._failed(instance_id)
        for link in self._links(row):
            self.rerun(link)
        reopen(self._engine, self._store, self._journal, row)

    def _failed(self, instance_id: str) -> Row:
        row = self._store.row(instance_id)
        if row is None or row.record.status != "Failed":
            status = row.record.status if row else "gone"
            raise NotSupported(f"instance {instance_id} is {status}; only a failed one can be run again")
        return row

    def _links(self, row: Row) -> list[str]:
        """The child whose failure was the last thing that the instance heard."""
        history = self._store.history(row.record.instance_id)
        last = next((event for event in reversed(history) if event.completing), None)
        if last is None or last.kind != FAILED:
            return []
        started = [event for event in history if event.step == last.step and event.kind == "ChildStarted"]
        ids = [json.loads(event.data)["id"] for event in started]
        found = [self._store.row(child) for child in ids]
        return [child.record.instance_id for child in found if child and child.parent == (row.key, last.step)]
