"""Reads the neutral history of an instance from that of its execution.

    TaskScheduled {"Payload": {"call": {"kind": "charge", ...}}}, TaskSucceeded      SCHEDULED 1 charge, COMPLETED 1

What an activity was called with stands in the payload of its Lambda, or in what the Lambda says that it ``ran``. The
attempts of one step are one call. What is still under way has begun; branches that were when another one failed, or
won, are abandoned. A timer of no time, or of a moment that is over, is none, as on every engine.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, final

from portable_faas.history import (
    ABANDONED,
    ATTEMPT_FAILED,
    CHILD_STARTED,
    COMPLETED,
    EPOCH,
    EVENT_AWAITED,
    EVENT_RAISED,
    FAILED,
    MILLISECOND,
    RESUMED,
    SCHEDULED,
    TIMER_FIRED,
    TIMER_SET,
    Event,
    Kind,
)
from portable_faas.history import SUSPENDED as HELD
from portable_faas.values import dumps
from portable_faas_aws.runtime.ends import AGAIN, CONTINUE, DYNAMIC, PAUSED, RENEW, SUSPENDED, TIMER, TO

Prepared = Callable[[dict[str, Any]], dict[str, Any] | None]
Grown = Callable[[Any], Any]
_GROUP: Final = ("MapIterationStarted", "MapStateStarted", "ParallelStateStarted")  # a branch begins behind it
_CALLS: Final = ("call", "branch", "child", "listen", "hold", "entity", "start")  # parts of payloads
_TRIED_AGAIN: Final = (AGAIN, DYNAMIC)
_ENDED: Final = {"TaskSucceeded": COMPLETED, "TaskFailed": FAILED, "TaskTimedOut": FAILED}


def events(recorded: Sequence[Sequence[dict[str, Any]]], prepared: Prepared, grown: Grown) -> list[Event]:
    """The neutral events of the events of the executions of a run, each of which goes on where the one before ended.

    ``prepared`` finds the call of a Lambda that left no word, ``grown`` what references to S3 stand for.
    """
    reader = _Reader(prepared, grown)
    found: list[tuple[int, Event]] = []
    for execution in recorded:
        reader.open(execution)
        begun, latest = len(reader.events), 0
        for event in execution:
            reader.read(event)
        for made in reader.events[begun:]:  # each execution keeps its order
            latest = max(latest, made.at)
            found.append((latest, made))
    return [made for _latest, made in sorted(found, key=lambda each: each[0])]


def with_suspensions(found: Sequence[Event], suspensions: Sequence[tuple[int, int | None]]) -> list[Event]:
    """The events, with those of the times when the instance was suspended, each in its place."""
    made = list(found)
    for begun, ended in suspensions:
        place = next((number for number, event in enumerate(made) if event.at > begun), len(made))
        made.insert(place, Event(begun, HELD, 0))
        if ended is not None:
            later = (number for number, event in enumerate(made) if number > place and event.at >= ended)
            made.insert(next(later, len(made)), Event(ended, RESUMED, 0))
    return made


_ENDS: Final = (COMPLETED, FAILED)


@final
class _Begun(NamedTuple):
    """What a Task or a timer has begun; ``whole`` if it is all there is of its branch, ``call`` of an activity."""

    step: int
    fiber: str
    name: str
    whole: bool
    call: str = ""


@final
class _Reader:
    def __init__(self, prepared: Prepared, grown: Grown) -> None:
        self.grown = grown
        self.by_id: dict[int, dict[str, Any]] = {}
        self.prepared = prepared
        self.events: list[Event] = []
        self.steps = 0
        self.tried: dict[str, tuple[int, str]] = {}  # by fiber: the step that is tried again, and its call
        self.fibers: dict[str, bool] = {}  # every branch that was seen, and whether it has ended
        self.raised: set[str] = set()  # the numbers of the events that somebody received
        self.ends: dict[int, dict[str, Any]] = {}  # the ends of Tasks, by what scheduled them
        self.under_way: dict[int, _Begun] = {}  # what Tasks and timers have begun, by what scheduled or entered them
        self.timed: set[str] = set()  # the branches that timers were set in

    def add(
        self, event: dict[str, Any], kind: Kind, step: int, fiber: str = "", name: str = "", data: str = "null"
    ) -> None:
        self.events.append(Event(_moment(event), kind, step, fiber, name, data))

    def open(self, execution: Sequence[dict[str, Any]]) -> None:
        """Begin to read another execution."""
        self.by_id = {event["id"]: event for event in execution}
        self.ends = {self.scheduled(event)["id"]: event for event in execution if event["type"] in _ENDED}
        self.under_way = {}

    def read(self, event: dict[str, Any]) -> None:
        match event["type"]:
            case "TaskScheduled":
                self.begin(event)
            case "TaskSucceeded" | "TaskFailed" | "TaskTimedOut":
                self.task(event)
            case "WaitStateEntered":
                self.set_timer(event)
            case "WaitStateExited":
                # branches wait in one state at a time, so its name does not say which timer it was
                timer = self.under_way.get(self.before(event, "WaitStateEntered")["id"])
                if timer is not None:
                    self.add(event, TIMER_FIRED, timer.step, timer.fiber)
                    self.fibers[timer.fiber] = timer.whole
            case "MapStateFailed" | "ParallelStateFailed":
                self.gather_failed(event)
            case "ExecutionRedriven":
                self.redriven()
            case _:
                return

    def set_timer(self, event: dict[str, Any]) -> None:
        """A Wait state: a timer, unless it is the pause before another attempt, or its moment is over."""
        call, whole = self.timer_of(event)
        if call.get("kind", TIMER) != TIMER or "raise" in call or "over" in call:
            return
        due = _due(call, _moment(event))
        if due is not None and due <= _moment(event):
            return
        self.steps += 1
        fiber = call.get("fiber", "")
        self.timed.add(fiber)
        self.fibers.setdefault(fiber, False)
        self.under_way[event["id"]] = _Begun(self.steps, fiber, "", whole)
        self.add(event, TIMER_SET, self.steps, fiber, "", dumps(due))

    def begin(self, scheduled: dict[str, Any]) -> None:
        """A Task: what it waits for, or the activity that it runs; its end tells of what nobody knew before."""
        payload = _payload(scheduled)
        if payload is None:
            self.fibers |= dict.fromkeys(_apart(scheduled), False)
            return
        end = self.ends.get(scheduled["id"], {})
        if end.get("taskFailedEventDetails", {}).get("error") == SUSPENDED:  # it did nothing
            return
        result = _result(end) if end else {}
        ran = self.ran(payload, result)
        self.fibers.setdefault(str(ran["fiber"]) if ran else self.fiber(payload, result), False)
        if ran:
            self.begin_activity(scheduled, ran)
        self.begin_wait(scheduled, payload)

    def begin_activity(self, scheduled: dict[str, Any], ran: dict[str, Any]) -> None:
        made, fiber = f"{ran['kind']} {ran['args']}", str(ran["fiber"])
        step, before = self.tried.pop(fiber, (0, ""))
        if before != made:
            self.steps += 1
            step = self.steps
            self.add(scheduled, SCHEDULED, step, fiber, ran["kind"], ran["args"])
        self.under_way[scheduled["id"]] = _Begun(step, fiber, ran["kind"], False, made)

    def begin_wait(self, scheduled: dict[str, Any], payload: dict[str, Any]) -> None:
        """A Task that waits for a child or for an event; another attempt to begin is the same wait."""
        call = self.grown(payload.get("child") or payload.get("listen"))
        if not isinstance(call, dict) or "wait" not in call:
            return
        before = self.by_id.get(scheduled["previousEventId"], {})
        if before.get("type") in _ENDED:
            self.under_way[scheduled["id"]] = self.under_way[self.scheduled(before)["id"]]
            return
        self.steps += 1
        fiber, _, number = call["wait"].rpartition("#")
        name = call["child"] if "child" in payload else call["name"]
        self.under_way[scheduled["id"]] = _Begun(self.steps, fiber, name, number == "0")
        if "child" in payload:
            given = json.loads(call["given"]) if isinstance(call["given"], str) else None
            data = dumps({"id": call["id"], "input": given}, "child")
            self.add(scheduled, CHILD_STARTED, self.steps, fiber, name, data)
            return
        seconds = call.get("seconds")
        due = "null" if seconds is None else str(_moment(scheduled) + int(1000 * seconds))
        self.add(scheduled, EVENT_AWAITED, self.steps, fiber, name, due)

    def redriven(self) -> None:
        """The last call of an activity is made again, so its end counts no more."""
        calls = {made.step: f"{made.name} {made.data}" for made in self.events if made.kind == SCHEDULED}
        ends = [number for number, made in enumerate(self.events) if made.kind in _ENDS and made.step in calls]
        if ends:
            end = self.events.pop(ends[-1])
            self.tried[end.fiber] = (end.step, calls[end.step])

    def task(self, event: dict[str, Any]) -> None:
        """The end of an attempt, or of a step of the orchestrator."""
        error = event.get("taskFailedEventDetails", {}).get("error")
        if error == SUSPENDED:  # it did nothing
            return
        scheduled = self.scheduled(event)
        payload = _payload(scheduled)
        if payload is None:
            self.fibers |= dict.fromkeys(_apart(scheduled), event["type"] == "TaskSucceeded")
            return
        result, begun = _result(event), self.under_way.get(scheduled["id"])
        fiber = begun.fiber if begun is not None else self.fiber(payload, result)
        if begun is not None and begun.call:
            self.attempt(event, begun, result)
        if error not in _TRIED_AGAIN:
            self.did(event, result, fiber)
        if result.get("event") and "hold" in payload:  # a branch that is a wait
            self.received(event, self.grown(payload["hold"])["name"], "null", str(result["event"]))
        if begun is not None and not begun.call:
            self.waited(event, begun, payload)
        if result.get("to") == "return" or "value" in result or "wire" in result or "error" in result:
            self.fibers[fiber] = True

    def did(self, event: dict[str, Any], result: dict[str, Any], own: str) -> None:
        """What a Lambda did at once: operations, locks, starts, events that it received."""
        for kind, fiber, name, data, end, outcome in result.get("did", ()):
            if kind == EVENT_RAISED:
                self.received(event, name, data, outcome)
                continue
            self.steps += 1
            self.add(event, kind, self.steps, fiber or own, name, data)
            if end is not None:
                self.add(event, end, self.steps, fiber or own, name, outcome)

    def received(self, event: dict[str, Any], name: str, data: str, number: str) -> None:
        """An event; the loser of a race puts it back, and somebody receives it again."""
        if number == "null" or number not in self.raised:
            self.raised.add(number)
            self.add(event, EVENT_RAISED, 0, "", name, data)

    def waited(self, event: dict[str, Any], begun: _Begun, payload: dict[str, Any]) -> None:
        """The end of a Task that waited for a child or for an event."""
        if "child" in payload:
            end: Kind = COMPLETED if event["type"] == "TaskSucceeded" else FAILED
            self.add(event, end, begun.step, begun.fiber, begun.name, _given_by_child(event))
            self.fibers[begun.fiber] = begun.whole
        elif event["type"] == "TaskTimedOut":
            self.add(event, TIMER_FIRED, begun.step, begun.fiber)

    def timer_of(self, event: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """What a Wait state was called with, by what went before it, and whether it is all there is of a branch.

        That is the call that was assigned last, or else what the group says of the branch; ``{}`` if nothing is said.
        """
        at = event
        while at["previousEventId"] and at["type"] not in _GROUP:
            at = self.by_id[at["previousEventId"]]
            if (call := self.assigned(at)) is not None:
                return call, False
        given = json.loads(event["stateEnteredEventDetails"].get("input") or "null")
        calls = given if isinstance(given, list) else [(given or {}).get("call")]
        timers = [call for call in calls if isinstance(call, dict) and call.get("kind") == TIMER]
        # The states of a Parallel all have the whole list; its timers are entered in their order.
        first = timers[0] if timers else {}
        return next((call for call in timers if call["fiber"] not in self.timed), first), bool(timers)

    def assigned(self, event: dict[str, Any]) -> dict[str, Any] | None:
        """The call that the end of a state put into a variable."""
        for name, text in event.get("stateExitedEventDetails", {}).get("assignedVariables", {}).items():
            if name.rstrip("0123456789") == "call":
                found = self.grown(json.loads(text))
                return found if isinstance(found, dict) else {}
        return None

    def ran(self, payload: dict[str, Any], result: dict[str, Any]) -> dict[str, Any] | None:
        """The activity call that an invocation carried out, if any."""
        if "ran" in result:
            return dict(self.grown(result["ran"]))
        if not result and ("site" in payload or "item" in payload):
            return self.prepared(payload)
        call = self.grown(payload.get("call")) or {}
        return call if "args" in call else None

    def attempt(self, event: dict[str, Any], begun: _Begun, result: dict[str, Any]) -> None:
        """The end of an attempt of an activity."""
        error = (event.get("taskFailedEventDetails") or {}).get("error", "")
        if error in _TRIED_AGAIN or (event["type"] != "TaskSucceeded" and not _is_exit(error)):
            self.tried[begun.fiber] = (begun.step, begun.call)
        if error in _TRIED_AGAIN:
            self.add(event, ATTEMPT_FAILED, begun.step, begun.fiber, begun.name)
        else:
            self.add(event, *_ended(event, result, begun.step, begun.fiber, begun.name))

    def scheduled(self, event: dict[str, Any]) -> dict[str, Any]:
        """The TaskScheduled event of an attempt."""
        return self.before(event, "TaskScheduled")

    def before(self, event: dict[str, Any], kind: str) -> dict[str, Any]:
        """The event of this kind that led to ``event``."""
        while event["type"] != kind:
            event = self.by_id[event["previousEventId"]]
        return event

    def gather_failed(self, event: dict[str, Any]) -> None:
        """Every branch beside the failed one that has not ended is abandoned."""
        fiber = self.failed_fiber(event)
        prefix = fiber.rpartition(".")[0]
        if not prefix:
            return
        branches = {_branch(each, prefix) for each in self.fibers if each.startswith(f"{prefix}.")}
        for branch in sorted(branches - {_branch(fiber, prefix)}):
            if not self.fibers.get(branch, False):
                self.fibers[branch] = True  # a Map inside the failed branch may have failed before this one
                self.add(event, ABANDONED, 0, branch)

    def failed_fiber(self, event: dict[str, Any]) -> str:
        """The branch in which the failure happened: that of the last attempt or timer before it."""
        before = self.by_id.get(event["previousEventId"], {})
        group = before if before.get("type") in _GROUP else None
        if group is not None:  # it names the beginning of the group, and follows the Fail of a branch
            event = self.by_id[event["id"] - 1]
        while event["previousEventId"]:
            event = self.by_id[event["previousEventId"]]
            if event is group:
                return ""
            if event["type"] == "WaitStateEntered" and event["id"] in self.under_way:
                return self.under_way[event["id"]].fiber
            if event["type"] in _ENDED:
                payload = _payload(self.scheduled(event))
                if payload is not None:
                    return self.fiber(payload, _result(event))
        return ""

    def fiber(self, payload: dict[str, Any], result: dict[str, Any]) -> str:
        """The branch that an invocation belongs to."""
        for part in (result.get("ran"), *(payload.get(name) for name in _CALLS)):
            found = self.grown(part)
            if isinstance(found, dict) and "fiber" in found:
                return str(found["fiber"])
            if isinstance(found, dict) and "wait" in found:
                return str(found["wait"]).rpartition("#")[0]
        state = self.grown(payload.get("state"))
        return str(json.loads(state)["run"][0]) if state else ""


def _ended(
    event: dict[str, Any], result: dict[str, Any], step: int, fiber: str, name: str
) -> tuple[Kind, int, str, str, str]:
    """How an activity ended: by what its Lambda says of it, else by the end of the Lambda itself."""
    if "broke" in result:
        return FAILED, step, fiber, name, dumps(result["broke"])
    gave = result.get("gave", result.get("wire"))
    error = (event.get("taskFailedEventDetails") or {}).get("error", "")
    if gave is not None or event["type"] == "TaskSucceeded" or _is_exit(error):
        return COMPLETED, step, fiber, name, gave if isinstance(gave, str) else "null"
    failed: dict[str, Any] = {key: result[key] for key in ("type", "message") if key in result}
    return FAILED, step, fiber, name, dumps(failed) if failed else "null"


def _moment(event: dict[str, Any]) -> int:
    moment: int = (event["timestamp"] - EPOCH) // MILLISECOND
    return moment


def _due(call: dict[str, Any], now: int) -> int | None:
    """When a timer fires that is set now; None if nothing says it."""
    if call.get("due") is not None:
        return (datetime.fromisoformat(call["due"]) - EPOCH) // MILLISECOND
    return now + int(call["wait"]) if "wait" in call else None


def _is_exit(error: str) -> bool:
    """Whether a Lambda ended with an error only to say where the run goes on."""
    return error in (CONTINUE, RENEW, PAUSED) or error.startswith(TO)


def _branch(fiber: str, prefix: str) -> str:
    return f"{prefix}.{fiber[len(prefix) + 1 :].partition('/')[0]}"


def _given_by_child(event: dict[str, Any]) -> str:
    """The result of a child, where it was short enough to come with the bell."""
    given = json.loads(event.get("taskSucceededEventDetails", {}).get("output") or "{}")
    value = given.get("value")
    return value if isinstance(value, str) else "null"


def _apart(scheduled: dict[str, Any]) -> list[str]:
    """The branch that a Task waits for, which goes on in an execution of its own."""
    given = json.loads(scheduled["taskScheduledEventDetails"]["parameters"]).get("Input", {})
    chain = given.get("chain", {}) if isinstance(given, dict) else {}
    return [chain["fiber"]] if chain.get("fiber") else []


def _payload(scheduled: dict[str, Any]) -> dict[str, Any] | None:
    """What the Lambda was given; None for a Task without one."""
    parameters = json.loads(scheduled["taskScheduledEventDetails"]["parameters"])
    payload: dict[str, Any] | None = parameters.get("Payload")
    return payload


def _result(event: dict[str, Any]) -> dict[str, Any]:
    """What the Lambda gave or reported."""
    try:
        if event["type"] == "TaskSucceeded":
            found: Any = json.loads(event["taskSucceededEventDetails"]["output"])["Payload"]
        else:
            found = json.loads(json.loads(event["taskFailedEventDetails"]["cause"])["errorMessage"])
    except (KeyError, ValueError, TypeError):
        return {}
    return found if isinstance(found, dict) else {}
