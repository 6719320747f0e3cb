"""Describes what an orchestrator awaits so that a state machine can carry it out.

charge(order)                   {"kind": "charge", "args": '{"order":...}', "timeout": null, "fiber": ""}
ctx.gather(a(), ctx.sleep(5))   {"kind": "$gather", "branches": [{"kind": "a", ...}, {"kind": "$timer", ...}], ...}
"""

import math
import sys
from types import CoroutineType
from typing import TYPE_CHECKING, Any, Final

from portable_faas.app import Activity
from portable_faas.context.calls import ActivityCall, Call, Gather, SetStatus, Sleep, inside_lock, refuse
from portable_faas.context.instances import OrchestratorCall, StartCall
from portable_faas.context.waits import Select, WaitForEvent
from portable_faas.errors import InstanceExists, NotSupported
from portable_faas.history import EPOCH, MILLISECOND
from portable_faas.stepping import Flows, Held, StepRun, pack_value, unpack_value
from portable_faas.stepping.stack import due
from portable_faas.values import capture, dumps_arguments
from portable_faas_aws.runtime.branch import told
from portable_faas_aws.runtime.ends import CHILD, ENTITY, EVENT, GATHER, LOCK, SELECT, START, STATUS, TIMER, WRONG
from portable_faas_aws.runtime.offload import OUTCOMES

LOOP: Final = "$loop"

if TYPE_CHECKING:
    from uuid import UUID

# A history has 25,000 events (Developer Guide, "Service quotas"), an iteration of an inline Map with one Task seven.
MOST: Final = 3560
WAITS: Final = 200  # each leaves a task token, of at most 1,024 characters (API reference), in one item of 400 KB
HELPERS: Final = 1000  # each takes 24 events at least: its first step, and its going on in an execution of its own
# A state machine looks at the kind of every branch where there are several, and passes on 262,144 bytes at most.
KINDS: Final = 150_000  # bytes of the kinds with their references
_REFERENCE: Final = 70
WINNER: Final = 28 * 1024  # bytes of the outcome that ends a race: it is a cause, of at most 32,768 characters


_SILENT: Final = (Sleep, SetStatus, Gather, Select)  # as branches they have no Lambda that could raise for them
_KINDS: Final[dict[type, str]] = {
    Sleep: TIMER,
    SetStatus: STATUS,
    Gather: GATHER,
    Select: SELECT,
    WaitForEvent: EVENT,
    StartCall: START,
}


def kind_of(call: Any) -> str:
    """What the label of a call says."""
    match call:
        case ActivityCall():
            return call.name
        case OrchestratorCall():
            return f"{CHILD} {call.name}"
        case _ if type(call) in _KINDS:
            return _KINDS[type(call)]
        case Held():
            return f"${call.step.key}"
        case _ if is_entity_call(call):
            return ENTITY
        case _:
            return LOCK if is_lock_call(call) else WRONG


def describe(
    flows: Flows, run: StepRun, call: Call[Any], waiter: str, number: int, room: int = OUTCOMES
) -> dict[str, Any]:
    """What the state machine needs to carry out ``call``; raises what starting it raises in the orchestrator.

    ``waiter`` is the branch that waits for it; a gather is the ``number``-th of that branch, and what its branches
    give may take ``room`` bytes.
    """
    if isinstance(call, ActivityCall):
        return _activity(flows, call, waiter)
    if isinstance(call, Sleep):
        fires = due(call, run)
        return {
            "kind": TIMER,
            "due": None if call.relative else moment(fires),
            "wait": max(0, fires - run.at),
            "fiber": waiter,
        }
    if isinstance(call, SetStatus):
        return {"kind": STATUS, "status": call.text()}
    if isinstance(call, Gather):
        return _gather(flows, run, call, f"{waiter}/{number}", room)
    if isinstance(call, Select):
        return _select(flows, run, call, f"{waiter}/{number}")
    if isinstance(call, WaitForEvent | OrchestratorCall):
        run.steps += waiter == run.fiber  # a branch that is a wait is no other
        wait = f"{waiter}#{run.steps if waiter == run.fiber else 0}"
        return _wait(flows, call, wait) if isinstance(call, WaitForEvent) else _child(run, call, wait)
    if isinstance(call, StartCall):
        return starting(run, call, waiter)
    if is_entity_call(call):
        return operation(run, call, waiter)
    if is_lock_call(call):
        return _lock(run, call)
    raise TypeError(f"an orchestrator cannot await {type(call).__name__}")


def _activity(flows: Flows, call: ActivityCall[Any], fiber: str) -> dict[str, Any]:
    args = dumps_arguments(call.signature().encode_args(call.args, call.kwargs))
    policy = pack_value(flows, (call.retry, call.timeout))
    return {"kind": call.name, "args": args, "policy": policy, "timeout": call.timeout, "fiber": fiber}


def _wait(flows: Flows, call: WaitForEvent[Any], wait: str) -> dict[str, Any]:
    seconds = None if call.timeout is None else max(0, math.ceil(call.timeout))
    expected = pack_value(flows, (call.type, call.timeout))
    return {"kind": EVENT, "name": call.name, "wait": wait, "seconds": seconds, "expected": expected}


def _child(run: StepRun, call: OrchestratorCall[Any], wait: str) -> dict[str, Any]:
    chosen = call.instance_id or derived(run, f"instance {wait}").hex
    key = str(derived(run, f"run {wait}"))
    given = call.input()
    return {"kind": kind_of(call), "child": call.name, "id": chosen, "start": key, "given": given, "wait": wait}


def starting(run: StepRun, call: StartCall[Any], waiter: str) -> dict[str, Any]:
    """The description of the start of an instance that nobody waits for; its id is the same whoever makes it."""
    run.steps += waiter == run.fiber
    wait = f"{waiter}#{run.steps if waiter == run.fiber else 0}"
    chosen = call.instance_id or derived(run, f"instance {wait}").hex
    key = str(derived(run, f"run {wait}"))
    found = {"kind": START, "starts": call.name, "id": chosen, "start": key, "given": call.input(), "fiber": waiter}
    return {**found, "if_exists": call.if_exists}


def is_entity_call(call: Any) -> bool:
    """Whether it is an operation on an entity; their module is loaded only where a program has entities."""
    module = sys.modules.get("portable_faas.context.entities")
    return module is not None and isinstance(call, module.EntityCall | module.EntitySignal)


def is_lock_call(call: Any) -> bool:
    """Whether it takes or frees a lock."""
    module = sys.modules.get("portable_faas.context.entities")
    return module is not None and isinstance(call, module.AcquireLock | module.ReleaseLock)


def _lock(run: StepRun, call: Any) -> dict[str, Any]:
    """The description of a lock that is taken, with the id that its holder has, or of its end."""
    from portable_faas.context.entities import ReleaseLock

    if isinstance(call, ReleaseLock):
        return {"kind": LOCK, "free": run.lock}
    run.steps += 1
    return {"kind": LOCK, "lock": f"{run.fiber}#{run.steps}", "names": [list(name) for name in call.entities]}


def operation(run: StepRun, call: Any, waiter: str) -> dict[str, Any]:
    """The description of an operation on an entity."""
    from portable_faas.context.entities import EntitySignal

    run.steps += waiter == run.fiber
    name = str(derived(run, f"operation {waiter}#{run.steps if waiter == run.fiber else 0}"))
    found = {"kind": ENTITY, "entity": call.type.name, "key": call.key, "operation": call.operation}
    held = {"lock": run.lock} if run.lock else {}
    return {**found, "given": call.args, "id": name, "signal": isinstance(call, EntitySignal), **held}


def derived(run: StepRun, name: str) -> "UUID":
    """A UUID that is the same whenever the step runs, and new for each run."""
    from uuid import UUID, uuid5

    return uuid5(UUID(run.key), name)


def _select(flows: Flows, run: StepRun, select: Select[Any], prefix: str) -> dict[str, Any]:
    made: Gather[Any] = Gather(select.branches, select.count, None, False)
    found = _gather(flows, run, made, prefix, select.count * WINNER, racing=True)
    return {**found, "kind": SELECT, "wanted": select.wanted, "single": select.single}


def event_wait(flows: Flows, run: StepRun, described: dict[str, Any]) -> WaitForEvent[Any]:
    """The wait of a description again."""
    expected, timeout = unpack_value(flows, run, described["expected"])
    return WaitForEvent(described["name"], expected, timeout)


def waits_of(call: dict[str, Any]) -> list[dict[str, Any]]:
    """The waits for events that a described group begins itself, groups in it included, in their order."""
    if call["kind"] == EVENT and "wait" in call:
        return [call]
    return [wait for branch in call.get("branches", ()) for wait in waits_of(branch)]


def _gather(
    flows: Flows, run: StepRun, gather: Gather[Any], prefix: str, room: int, racing: bool = False
) -> dict[str, Any]:
    if gather.count > MOST:
        raise NotSupported(
            f"a gather of {gather.count} branches: an execution of Step Functions has room for {MOST} calls in its "
            "history; gather parts of them in turn"
        )
    branches: list[dict[str, Any]] = []
    share = room // max(1, gather.count) - 1
    awaitables = iter(gather.branches)
    for index in range(gather.count):
        fiber = f"{prefix}.{index}"
        awaitable: Any = None
        try:
            awaitable = next(awaitables)  # `map` calls the user's function here
            found = _branch(flows, run, awaitable, fiber, share)
        except Exception as wrong:
            if isinstance(awaitable, _SILENT) and not gather.return_exceptions:
                forget(gather)
                raise
            found = {"kind": kind_of(awaitable), "raise": told(flows, capture(wrong), wrong), "fiber": fiber}
        if racing:
            found["index"] = index
        branches.append({**found, "keeps": gather.return_exceptions, "room": share})
    if gather.limit is None:
        _refuse_twins(branches)
    _refuse_many(branches)
    return {"kind": GATHER, "branches": branches, "limit": gather.limit or 0, "fiber": prefix}


def _refuse_twins(branches: list[dict[str, Any]]) -> None:
    """Of instances that are to start at once under one id, the first one does."""
    ids: set[str] = set()
    for branch in branches:
        if (branch["kind"].startswith(CHILD) or branch["kind"] == START) and "id" in branch:
            if branch["id"] in ids and branch.get("if_exists") != "return":
                branch["raise"] = capture(InstanceExists(branch["id"])).to_wire()
            ids.add(branch["id"])


def _refuse_many(branches: list[dict[str, Any]]) -> None:
    """Refuse, before anything starts, what would not fit into an execution."""
    helpers = sum("helper" in branch for branch in branches)
    if helpers > HELPERS:
        raise NotSupported(
            f"a gather of {helpers} helpers: an execution of Step Functions has room for {HELPERS} in its history; "
            "gather parts of them in turn"
        )
    waits = sum(branch["kind"] == EVENT or branch["kind"].startswith(CHILD) for branch in branches)
    if waits > WAITS:
        raise NotSupported(
            f"a group of {waits} waits for events and children: the row of an instance has room for {WAITS} of them; "
            "begin parts of them in turn"
        )
    kinds = [branch["kind"] for branch in branches]
    if len(set(kinds)) > 1 and sum(len(kind) + _REFERENCE for kind in kinds) > KINDS:
        raise NotSupported(
            f"a gather of {len(branches)} branches of {len(set(kinds))} kinds: Step Functions passes on 256 KiB, of "
            f"which their names may take {KINDS // 1000} KB; gather each kind in turn"
        )


def _branch(flows: Flows, run: StepRun, awaitable: Any, fiber: str, room: int) -> dict[str, Any]:
    if isinstance(awaitable, CoroutineType):
        awaitable = Held(*flows.of_coroutine(awaitable))
    if isinstance(awaitable, Held):
        held = {"lock": run.lock} if run.lock else {}
        return {"kind": kind_of(awaitable), "helper": pack_value(flows, awaitable), "fiber": fiber, **held}
    if not isinstance(awaitable, Call):
        refuse(awaitable)
    awaitable.take()
    if run.lock and awaitable.outside_locks:
        raise inside_lock(awaitable)
    return describe(flows, run, awaitable, fiber, 0, room - len('{"all":[]}'))


def in_turn(label: str, calls: list[dict[str, Any]], then: dict[str, Any]) -> dict[str, Any]:
    """The end of a step at a loop: its calls, which are carried out one after the other, and what comes after them."""
    branches = [{**call, "keeps": False} for call in calls]
    return {"to": label, "state": "", "call": {"kind": LOOP, "branches": branches, "then": then}}


def forget(gather: Gather[Any]) -> None:
    """Close the helpers of a gather that has been carried out; those of a `map` have not been called yet."""
    for branch in gather.branches if isinstance(gather.branches, tuple) else ():
        if isinstance(branch, CoroutineType):
            branch.close()


def call_of(flows: Flows, run: StepRun, activity: Activity[..., Any], described: dict[str, Any]) -> ActivityCall[Any]:
    """The call of an activity again, with its policy but without its arguments, which stay JSON."""
    retry, timeout = unpack_value(flows, run, described["policy"])
    return ActivityCall(activity.name, activity.fn, activity.signature, retry, timeout, (), {})


def attempts_of(flows: Flows, run: StepRun, described: dict[str, Any]) -> int:
    """How often an activity is tried at most."""
    retry, _timeout = unpack_value(flows, run, described["policy"])
    return 1 if retry is None else int(retry.attempts)


def moment(milliseconds: int) -> str:
    """Milliseconds since 1970 UTC as the state machine writes a moment."""
    return (EPOCH + milliseconds * MILLISECOND).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(moment: str) -> int:
    """The other way."""
    from datetime import datetime

    return (datetime.fromisoformat(moment) - EPOCH) // MILLISECOND
