"""What a step does besides going on: it takes events, and starts and ends other instances.

    await ctx.wait_for_event("go")      the event, if it is there; else the wait begins, and the step ends there
    await ship.start(order)             a row and an execution; an attempt that runs again starts the same one

Everything here may be done twice, because a Lambda may be tried again: rows know what a wait has received, and an
instance that is started by the same step of the same run has the same key.
"""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NamedTuple, final

from portable_faas.app import App
from portable_faas.context.instances import Started
from portable_faas.context.waits import WaitForEvent
from portable_faas.errors import NotPortable, NotSupported
from portable_faas.history import (
    COMPLETED,
    EVENT_AWAITED,
    EVENT_RAISED,
    INSTANCE_STARTED,
    LOCK_RELEASED,
    LOCK_REQUESTED,
    OPERATION_CALLED,
    OPERATION_SIGNALED,
)
from portable_faas.stepping import Flows, StepRun
from portable_faas.values import Failure, dumps, loads, rebuild
from portable_faas_aws.runtime.bucket import FUNCTION, Bucket
from portable_faas_aws.runtime.calls import event_wait, waits_of
from portable_faas_aws.runtime.chain import Chain, name_of
from portable_faas_aws.runtime.deeds import Deeds
from portable_faas_aws.runtime.ends import EVENT, LOCK, SELECT, TIMER
from portable_faas_aws.runtime.inbox import Abandoned, Child, Event
from portable_faas_aws.runtime.ledger import Bells, Ledger, StepFunctionsBells
from portable_faas_aws.runtime.offload import ALONE, REPORT, ROOM, Values, reported, shrunk, size
from portable_faas_aws.runtime.row import FUNCTION as TABLE
from portable_faas_aws.runtime.row import Peek, Table

if TYPE_CHECKING:
    from portable_faas_aws.client.starting import Starter
    from portable_faas_aws.runtime.entity import Operation
    from portable_faas_aws.runtime.lock import Locks, Owner

AFTER_EVENT: Final = 2000  # milliseconds that a timer waits which loses to an event
NOTED: Final = 512  # bytes of an outcome that is noted in the row
ABANDONED: Final = "the orchestration that waited for it went on without it"

Result = dict[str, Any]
Outcome = tuple[Any, BaseException | None]


@final
class Stores(NamedTuple):
    """Where a step keeps what is not in its state machine, and whom it tells."""

    bucket: Bucket = FUNCTION
    table: Table = TABLE
    bells: Bells = StepFunctionsBells()


@final
class Code(NamedTuple):
    """The loaded app."""

    app: App
    flows: Flows


@final
class Outside:
    """That of one step. ``ahead``: it only finds out what comes after a timer that has not fired yet.

    ``since``: the number of the last wait that an earlier step of the branch has ended.
    """

    def __init__(self, code: Code, run: StepRun, values: Values, stores: Stores, payload: dict[str, Any]) -> None:
        self.code = code
        self.run = run
        self.values = values
        self.stores = stores
        self.payload = payload
        self.ledger = Ledger(payload["key"], payload.get("run", 0), stores.table, stores.bells)
        self.deeds = Deeds()
        self.ahead = False
        self.since = 0

    # activities

    def settled(self, text: str, failure: Failure | None) -> tuple[str, Failure | None]:
        """How an activity has ended, written down before anything comes of it.

        ``Abandoned`` if the program has gone on without it: its Lambda was held to be dead, or too late.
        """
        wire = text if failure is None else json.dumps(failure.to_wire(), ensure_ascii=False)
        end = {"gave" if failure is None else "broke": wire if size(wire) <= NOTED else self.values.put(wire)}
        outcome = self.ledger.settle(self._activity(), end)
        found = self._ended(outcome)
        if found is None:
            raise Abandoned
        return found

    def lost(self) -> tuple[str, Failure | None] | None:
        """How the activity has ended whose Lambda said nothing; None if it did not, and now never will."""
        return self._ended(self.ledger.settle(self._activity(), {"lost": True}))

    def _activity(self) -> str:
        self.run.steps += 1
        return f"{self.run.fiber}#{self.run.steps}"

    def _ended(self, outcome: dict[str, Any]) -> tuple[str, Failure | None] | None:
        if "lost" in outcome:
            return None
        text = self.values.grown(outcome.get("gave", outcome.get("broke")))
        return ("null", Failure.from_wire(json.loads(text))) if "broke" in outcome else (text, None)

    # external events

    def begun(self, described: dict[str, Any]) -> Outcome | None:
        """Begin the waits of what is awaited; the outcome, where that is one event that is there already."""
        waits = waits_of(described)
        if self.ahead or not waits:
            return None
        there = self.ledger.begin([(wait["wait"], wait["name"]) for wait in waits])
        if described["kind"] == EVENT:
            if not there and described["seconds"] != 0:
                return None
            self.deeds.add(EVENT_AWAITED, described["wait"].rpartition("#")[0], described["name"], self._due(described))
            return self.received(described)
        if there and described["kind"] == SELECT:
            _hold_back(described["branches"])
        return None

    def _due(self, described: dict[str, Any]) -> str:
        """When a wait that begins now runs out of time, as the history tells it."""
        seconds = described["seconds"]
        return "null" if seconds is None else str(self.run.at + int(1000 * seconds))

    def listen(self, described: dict[str, Any], token: str) -> Result:
        """The bell of a wait."""
        self.ledger.attach(described["wait"], described["name"], token)
        return {}

    def received(self, described: dict[str, Any]) -> Outcome:
        """The event of a wait of the program; a wait that ends without one is out of time."""
        wait = event_wait(self.code.flows, self.run, described)
        event = self.ledger.receive(described["wait"], self.since)
        if event is not None:
            data = event.data if isinstance(event.data, str) else "null"
            self.deeds.add(EVENT_RAISED, "", described["name"], f'{{"data":{data}}}', None, str(event.number))
        return self._decoded(wait, event)

    def held(self, described: dict[str, Any]) -> tuple[Any, BaseException | None, int]:
        """The event of a branch, with its number."""
        event = self.ledger.hold(described["wait"])
        value, error = self._decoded(event_wait(self.code.flows, self.run, described), event)
        return value, error, event.number if event is not None else 0

    def _decoded(self, wait: WaitForEvent[Any], event: Event | None) -> Outcome:
        if event is None:
            return None, wait.late()
        data = event.data if isinstance(event.data, str) else self.values.grown(event.data)
        try:
            return wait.decode(loads(data)), None
        except NotPortable as wrong:
            return None, wrong

    def close(self, outcome: dict[str, Any]) -> None:
        """The last group has ended: the program gets the events in its outcome, others go back, children end."""
        group = self.run.gathers - 1
        for child in self.ledger.close(self.run.fiber, group, set(_numbers(outcome))):
            self._starter().end_child(child, ABANDONED)
        if self.payload.get("locks"):
            below = f"{self.run.fiber}/{group}."
            self._locks().release_all(self.run.instance_id, self.payload["key"], below)

    def leave(self) -> None:
        """The run ends in one of its branches: who is still at work in the others does no more, and children end."""
        for child in self.ledger.left():
            self._starter().end_child(child, ABANDONED)
        self.ledger.forget_left()
        if self.payload.get("locks"):
            self._locks().release_all(self.run.instance_id, self.payload["key"])

    def ended(self, outcome: dict[str, Any]) -> bool:
        """A branch of a ``first`` has ended; whether that was enough of them."""
        return self.ledger.add_end(self.payload["race"], shrunk(self.values, outcome, NOTED))

    def picked(self, outcome: Result) -> Result:
        """An outcome with what ended first of each ``first``, which stands in the row; of the last group if unnamed."""
        if "ends" in outcome:
            group = outcome.get("fiber", f"{self.run.fiber}/{self.run.gathers - 1}")
            pairs = [self.picked(self.values.grown(each)) for each in self.ledger.ends(group)]
            return {**outcome, "pairs": pairs, "single": outcome["ends"]}
        if "all" in outcome:
            return {**outcome, "all": [self.picked(each) for each in outcome["all"]]}
        return {**outcome, "first": self.picked(outcome["first"])} if "first" in outcome else outcome

    # other instances

    def child(self, described: dict[str, Any], token: str) -> Result:
        """Start a child; ``InstanceExists`` for a live id."""
        from portable_faas_aws.client.starting import Start

        child, wait = Child(described["id"], described["start"]), described["wait"]
        starter = self._starter()
        self.ledger.add_child(wait, child)
        parent = {"key": self.payload["key"], "wait": wait}
        starter.start(Start(described["child"], child.id, child.key, described["given"], parent=parent))
        try:
            self.ledger.attach_child(wait, child, token)
        except Abandoned:
            starter.end_child(child, ABANDONED)
            raise
        return {}

    def tell(self, orchestrator: str, output: str) -> Result:
        """This run has given ``output``: whoever waits for it gets it among its own values."""
        values = Values(self.payload["parent"]["key"], self.stores.bucket)
        return self._tell(shrunk(values, {"value": output, "child": orchestrator}, ROOM))

    def tell_failure(self, failure: Failure) -> Result:
        """This run has failed."""
        values = Values(self.payload["parent"]["key"], self.stores.bucket)
        cause = dumps(reported(values, failure.to_wire(), REPORT), "failure")
        return self._tell({"error": failure.type, "cause": cause})

    def _tell(self, end: Result) -> Result:
        parent = self.payload["parent"]
        self._starter().mark_ending(self.run.instance_id, self.payload["key"])
        ledger = Ledger(parent["key"], 0, self.stores.table, self.stores.bells)
        ledger.end_child(parent["wait"], self.payload["key"], end)
        return {}

    def operated(self, described: dict[str, Any], noted: bool = False) -> Outcome | None:
        """Carry out an operation on an entity, once; None if it waits for a lock. The failure of a signal is logged."""
        from portable_faas_aws.runtime.entity import Operation, operate

        type_, name = self.code.app.entities[described["entity"]], described["operation"]
        owner = self._owner(described["lock"]) if "lock" in described else None
        given = Operation(
            type_, described["key"], name, described["given"], described["id"], owner, described["signal"]
        )
        applied = operate(self.stores.table, self.values, given, noted)
        self._note(described, given, applied)
        if described["signal"]:
            if applied is not None and applied[0]:
                from logging import getLogger  # slow to load, and seldom needed

                getLogger("portable_faas.aws").warning("signal %s.%s failed: %s", type_.name, name, applied[1])
            return None, None
        if applied is None:
            return None
        failed, text = applied
        if failed:
            return None, rebuild(Failure.from_wire(json.loads(text)))
        return type_.decode_result(name, loads(text)), None

    def _note(self, described: dict[str, Any], given: "Operation", applied: tuple[bool, str] | None) -> None:
        """For the history; a signal that waits is one that was given."""
        name = f"{given.type.name}.{given.name or 'read'}"
        data = {"key": given.key, "args": json.loads(given.args)}
        if described["signal"]:
            text = json.dumps(data, ensure_ascii=False)
            self.deeds.add(OPERATION_SIGNALED, self.run.fiber, name, text)
        elif applied is not None:
            self.deeds.ended(OPERATION_CALLED, self.run.fiber, name, data, *applied)

    # locks

    def locked(self, described: dict[str, Any]) -> Outcome | None:
        """Take or free a lock; None if it has to be waited for."""
        if "free" in described:
            self.run.lock = ""
            self._locks().release(self._owner(described["free"]))
            self.deeds.add(LOCK_RELEASED, self.run.fiber, "", "null")
            return None, None
        try:
            if not self._locks().acquire(self._owner(described["lock"]), self.ledger.run, _names(described)):
                return None
        except NotSupported as wrong:
            return None, wrong
        return self.had(described)

    def had(self, described: dict[str, Any]) -> Outcome:
        """What was waited for is there: the lock is held, or the entity of an operation is free."""
        if described["kind"] == LOCK:
            self.run.lock = described["lock"]
            self.deeds.ended(LOCK_REQUESTED, self.run.fiber, "", described["names"], False, "null")
            return None, None
        applied = self.operated(described)
        if applied is None:
            raise RuntimeError(f"operation {described['id']} was told to go on, and the entity is held")
        return applied

    def ask(self, described: dict[str, Any], token: str) -> Result:
        """The bell of a wait for a lock; and a look at whether who holds it has ended."""
        if described["kind"] == LOCK:
            self._locks().attach(self._owner(described["lock"]), self.ledger.run, _names(described), token)
            return {}
        from portable_faas_aws.runtime import lock

        name = (described["entity"], described["key"])
        waits = self.operated(described, noted=True) is None
        if waits and not self.stores.table.change(
            lock.row_of(name), lambda body: lock.attach(body, described["id"], token)
        ):
            self._locks().expire([name])
            return {}
        self.stores.bells.succeed(token, {})
        return {}

    def _owner(self, lock: str) -> "Owner":
        from portable_faas_aws.runtime.lock import Owner

        return Owner(self.run.instance_id, self.payload["key"], lock)

    def _locks(self) -> "Locks":
        from portable_faas_aws.runtime.lock import Locks

        return Locks(self.stores.table, self.stores.bells, lambda owner: self._starter().owns(owner))

    def started(self, described: dict[str, Any]) -> Started:
        """Start an instance that nobody waits for; ``InstanceExists`` unless a live one is to be returned."""
        from portable_faas_aws.client.starting import Start

        name, chosen, given = described["starts"], described["id"], described["given"]
        if not isinstance(self.stores.table, Peek):
            self._starter().start(Start(name, chosen, described["start"], given, described["if_exists"]))
        shown = f'{{"id":{json.dumps(chosen)},"input":{given or "null"}}}'
        self.deeds.add(INSTANCE_STARTED, described["fiber"], name, shown, COMPLETED)
        return Started(chosen)

    def next_run(self, text: str | None, history: dict[str, Any] | None) -> Result:
        """The name of the execution in which the next run begins, and its input."""
        key, before = self.payload["key"], Chain(**(history or {"chain": {"number": 1, "begun": 0}})["chain"])
        chain = Chain((before.main or before.number) + 1, 0)
        given: Any = text if text is None or size(text) <= ALONE else self.values.put(text)
        begun = {"id": self.run.instance_id, "key": key, "input": given, "chain": chain._asdict()}
        begun["run"] = self.payload.get("run", 0) + 1
        if self.payload.get("parent"):
            begun["parent"] = self.payload["parent"]
        return {"name": name_of(self.run.instance_id, key, chain), "next": begun}

    def _starter(self) -> "Starter":
        from portable_faas_aws.client.starting import Starter
        from portable_faas_aws.runtime.instances import OwnAccount

        return Starter(OwnAccount(self.payload["machine"], self.payload["own"], self.run.at))


def _names(described: dict[str, Any]) -> list[tuple[str, str]]:
    return [(entity, key) for entity, key in described["names"]]


def _numbers(outcome: Any) -> Iterator[int]:
    """The events in the outcome of a group."""
    if "event" in outcome:
        yield outcome["event"]
    for inner in (
        *outcome.get("all", ()),
        *outcome.get("pairs", ()),
        *([outcome["first"]] if "first" in outcome else ()),
    ):
        yield from _numbers(inner)


def _hold_back(branches: list[dict[str, Any]]) -> None:
    """An event that is there beats a timer that is due at the same moment, though it takes a moment to get it."""
    for branch in branches:
        if branch["kind"] == TIMER and not branch["wait"]:
            branch.update(due=None, wait=AFTER_EVENT, over=True)  # for the history, which tells of no such timer
