"""What a client does to an app on Durable Functions beyond single requests of the durable API; shared by both backends.

raise_event: look whether the inbox is full, then post our envelope      terminate: the instance, then what it waits for
call_entity: a signal with an id, then a look at the entity until its envelope holds the end of that operation
"""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple, final
from uuid import uuid4

from portable_faas.app import App, Orchestrator
from portable_faas.context.instances import IfExists
from portable_faas.errors import InboxFull, InstanceExists, InstanceFinished, InstanceNotFound, NotSupported
from portable_faas.history import COMPLETED, FAILED, RESUMED, SUSPENDED, TIMER_FIRED, Event
from portable_faas.provider import FINISHED, Record
from portable_faas.replay.inbox import WAITING
from portable_faas.values import rebuild
from portable_faas_azure.emulator.history import EventType
from portable_faas_azure.runtime import journal
from portable_faas_azure.runtime.entity import APPLY, LOCK, UNLOCK, Kept, Operation
from portable_faas_azure.runtime.envelope import opened
from portable_faas_azure.runtime.happening import EVENT, Happening, read
from portable_faas_azure.runtime.key import platform_key
from portable_faas_azure.runtime.start import Rerun, Start

PARENT_ENDED: Final = "the orchestration that waited for it ended"
FIRST_PAUSE: Final = 0.005  # seconds between two looks at an entity, then half as long again each time
LONGEST_PAUSE: Final = 0.5


@final
class Held(NamedTuple):
    """The sub-orchestrations that an instance waits for; entity and owner of each lock that it has asked for."""

    children: tuple[str, ...]
    locks: tuple[tuple[str, str], ...]


class Driven(ABC):
    """The part of a backend that is made of requests; a subclass makes the requests."""

    def __init__(self, app: App) -> None:
        self._app = app

    @abstractmethod
    async def status(self, instance_id: str) -> Record:
        """The instance after its last turn."""

    @abstractmethod
    async def _post_start(self, orchestrator: str, text: str | None, instance_id: str) -> None:
        """Start an instance with this input; ``InstanceExists``."""

    @abstractmethod
    async def _post_event(self, instance_id: str, name: str, text: str) -> None:
        """Send an event to a live instance; ``InstanceNotFound``, ``InstanceFinished``."""

    @abstractmethod
    async def _post_terminate(self, instance_id: str, reason: str) -> None:
        """End an instance; no effect on a finished one. ``InstanceNotFound``."""

    @abstractmethod
    async def _post_signal(self, entity: str, key: str, operation: str, payload: str) -> None:
        """Send an operation to an entity."""

    @abstractmethod
    async def _entity_state(self, entity: str, key: str) -> str | None:
        """The envelope of an entity, None before its first operation."""

    @abstractmethod
    async def _raised_events(self, instance_id: str) -> int:
        """How many events the present run has been sent."""

    @abstractmethod
    async def _context(self, instance_id: str) -> dict[str, Any]:
        """What the host sends to the orchestrator function: the input and the recorded history."""

    async def start(
        self, orchestrator: Orchestrator[Any, Any], input: str | None, instance_id: str, if_exists: IfExists
    ) -> None:
        """Start an instance durably."""
        try:
            await self._post_start(orchestrator.name, Start(input, self._app.version).text(), instance_id)
        except InstanceExists:
            if if_exists == "raise":
                raise

    async def history(self, instance_id: str) -> Sequence[Event]:
        """The neutral events, read from the recorded ones by a replay."""
        record = await self.status(instance_id)
        context = await self._context(instance_id)
        return _with_halts(self._events(record, context), context)

    def _events(self, record: Record, context: dict[str, Any]) -> list[Event]:
        if not context["history"]:
            return []
        return journal.events(self._app, self._app.orchestrators[record.orchestrator], context)

    # Events.

    async def raise_event(self, instance_id: str, name: str, data: str, event_id: str) -> None:
        """Hand an event to a live instance; ``InboxFull`` if 1,000 wait there."""
        if await self._raised_events(instance_id) >= WAITING and await self._is_full(instance_id, event_id):
            raise InboxFull(instance_id)
        try:
            await self._post_event(instance_id, name, Happening(event_id, name, data).text())
        except InstanceFinished:
            if not await self._was_sent(instance_id, event_id):
                raise  # else it was handed over before the end, and this is the same again

    async def _was_sent(self, instance_id: str, event_id: str) -> bool:
        """Whether the last run has been sent an event with this id, or has begun with it."""
        return _has_event(await self._context(instance_id), event_id)

    async def _is_full(self, instance_id: str, event_id: str) -> bool:
        record = await self.status(instance_id)
        context = await self._context(instance_id)
        if record.status in FINISHED or not context["history"]:
            return False
        inbox = journal.inbox(self._app, self._app.orchestrators[record.orchestrator], context)
        return inbox.verdict(event_id) == "full"

    # Ending.

    async def terminate(self, instance_id: str, reason: str) -> None:
        """End an instance without running any of its code, then the children it waits for, and free its locks.

        Done again, it goes on with what a client that died in the middle has left.
        """
        record = await self.status(instance_id)
        if record.status in FINISHED and record.status != "Terminated":
            return
        held = await self._held(record)
        await self._post_terminate(instance_id, reason)
        for child in held.children:
            try:
                await self.terminate(child, PARENT_ENDED)
            except InstanceNotFound:
                continue
        for entity_id, owner in held.locks:
            name, key = entity_id[1:].split("@", 1)
            await self._post_signal(name, key, UNLOCK, json.dumps({"owner": owner}))

    async def _held(self, record: Record) -> Held:
        """What ends with the instance."""
        context = await self._context(record.instance_id)
        return Held(tuple(_open_children(context)), tuple(_asked_locks(context)))

    # Running again.

    async def rerun(self, instance_id: str) -> None:
        """Start a failed instance again, with what it has done but for its last step."""
        record = await self.status(instance_id)
        if record.status not in FINISHED:
            raise InstanceExists(instance_id)
        if record.status != "Failed":
            raise NotSupported(f"instance {instance_id} is {record.status}; only a failed one can be run again")
        await self._post_start(record.orchestrator, await self._rerun_text(record), instance_id)

    async def _rerun_text(self, record: Record) -> str | None:
        context = await self._context(record.instance_id)
        events = self._events(record, context)
        ends = [number for number, event in enumerate(events) if event.kind in (COMPLETED, FAILED, TIMER_FIRED)]
        kept = events[: ends[-1]] if ends else []
        start = journal.started(context)
        key, began = (start.rerun.key, start.rerun.began) if start.rerun else journal.origin(context)
        children = await self._failed_child(context, events, events[ends[-1]]) if ends else {}
        rerun = Rerun(key, began, tuple(kept), children)
        return start._replace(status=record.custom_status, rerun=rerun).text()

    async def _failed_child(self, context: dict[str, Any], events: list[Event], last: Event) -> dict[str, str]:
        """The rerun of the child whose failure was the last thing that the instance heard."""
        started = [event for event in events if event.step == last.step and event.kind == "ChildStarted"]
        if last.kind != FAILED or not started:
            return {}
        child = json.loads(started[0].data)["id"]
        if child not in {created["InstanceId"] for created in _created(context)}:
            return {}
        record = await self.status(child)
        text = await self._rerun_text(record) if record.status == "Failed" else None
        return {} if text is None else {str(last.step): text}

    # Entities.

    async def signal_entity(self, entity: str, key: str, operation: str, args: str) -> None:
        """Hand an operation over, once."""
        await self._hand_over(entity, Operation(str(uuid4()), key, operation, args, "", False))

    async def call_entity(self, entity: str, key: str, operation: str, args: str) -> str:
        """Carry out an operation once and give its result."""
        name, pause = str(uuid4()), FIRST_PAUSE
        await self._hand_over(entity, Operation(name, key, operation, args, "", True))
        while True:
            kept = Kept(await self._entity_state(entity, platform_key(key)))
            if name in kept.seen:
                break
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)
            if kept.holder and pause == LONGEST_PAUSE:
                await self._free_from_ended(entity, key, kept.holder)
        result, failure = opened(kept.seen[name])
        if failure is not None:
            raise rebuild(failure)
        return result

    async def _hand_over(self, entity: str, operation: Operation) -> None:
        await self._post_signal(entity, platform_key(operation.key), APPLY, operation.text())

    async def _free_from_ended(self, entity: str, key: str, holder: str) -> None:
        try:
            ended = (await self.status(holder.partition("/")[0])).status in FINISHED
        except InstanceNotFound:
            ended = True
        if ended:
            await self._post_signal(entity, platform_key(key), UNLOCK, json.dumps({"owner": holder}))


def _has_event(context: dict[str, Any], event_id: str) -> bool:
    sent = [event["Input"] for event in context["history"] if event.get("Name") == EVENT]
    happenings = (read(text) for text in sent)
    if any(happening is not None and happening.id == event_id for happening in happenings):
        return True
    return journal.started(context).events().verdict(event_id) == "duplicate"


def _created(context: dict[str, Any]) -> list[dict[str, Any]]:
    created = EventType.SUB_ORCHESTRATION_INSTANCE_CREATED
    return [event for event in context["history"] if event["EventType"] == created]


def _open_children(context: dict[str, Any]) -> Iterable[str]:
    """The sub-orchestrations that the run waits for."""
    kinds = (EventType.SUB_ORCHESTRATION_INSTANCE_COMPLETED, EventType.SUB_ORCHESTRATION_INSTANCE_FAILED)
    ended = {event["TaskScheduledId"] for event in context["history"] if event["EventType"] in kinds}
    return [event["InstanceId"] for event in _created(context) if event["EventId"] not in ended]


def _asked_locks(context: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """Entity and owner of each lock that the run has asked for; to free one that is not held does nothing."""
    for event in context["history"]:
        if event["EventType"] == EventType.EVENT_SENT:
            sent = json.loads(event["Input"])
            if sent["op"] == LOCK:
                yield event["InstanceId"], json.loads(json.loads(sent["input"]))["owner"]


def _with_halts(events: list[Event], context: dict[str, Any]) -> list[Event]:
    """The events and, among them by their time, the suspensions, which the code does not hear of."""
    halts = {EventType.EXECUTION_SUSPENDED: SUSPENDED, EventType.EXECUTION_RESUMED: RESUMED}
    for recorded in context["history"]:
        kind = halts.get(recorded["EventType"])
        if kind is not None:
            at = journal.moment_of(recorded)
            place = next((place for place, event in enumerate(events) if event.at >= at), len(events))
            if kind == SUSPENDED:
                place = next((place for place, event in enumerate(events) if event.at > at), len(events))
            events.insert(place, Event(at, kind, 0))  # type: ignore[arg-type]
    return events
