"""Describes what an orchestrator awaits so that a state machine can carry it out.

charge(order)                   {"kind": "charge", "args": '{"order":...}', "timeout": null, "fiber": ""}
ctx.gather(a(), ctx.sleep(5))   {"kind": "$gather", "branches": [{"kind": "a", ...}, {"kind": "$timer", ...}], ...}
"""

from types import CoroutineType
from typing import Any, Final

from portable_faas.app import Activity
from portable_faas.context.calls import ActivityCall, Call, Gather, SetStatus, Sleep, refuse
from portable_faas.errors import NotSupported
from portable_faas.history import EPOCH, MILLISECOND
from portable_faas.stepping import Flows, Held, StepRun, pack_value, unpack_value
from portable_faas.stepping.stack import due
from portable_faas.values import capture, dumps_arguments
from portable_faas_aws.runtime.branch import told
from portable_faas_aws.runtime.ends import GATHER, STATUS, TIMER, WRONG
from portable_faas_aws.runtime.offload import OUTCOMES

LOOP: Final = "$loop"
# A history has 25,000 events (Developer Guide, "Service quotas"), an iteration of an inline Map with one Task seven.
MOST: Final = 3560
HELPERS: Final = 1000  # each takes 24 events at least: its first step, and its going on in an execution of its own
# A state machine looks at the kind of every branch where there are several, and passes on 262,144 bytes at most.
KINDS: Final = 150_000  # bytes of the kinds with their references
_REFERENCE: Final = 70


def kind_of(call: Any) -> str:
    """What the label of a call says."""
    match call:
        case ActivityCall():
            return call.name
        case Sleep():
            return TIMER
        case SetStatus():
            return STATUS
        case Gather():
            return GATHER
        case Held():
            return f"${call.step.key}"
        case _:
            return WRONG


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
        return {"kind": TIMER, "due": None if call.relative else moment(fires), "wait": max(0, fires - run.at)}
    if isinstance(call, SetStatus):
        return {"kind": STATUS, "status": call.text()}
    if isinstance(call, Gather):
        return _gather(flows, run, call, f"{waiter}/{number}", room)
    raise TypeError(f"an orchestrator cannot await {type(call).__name__}")


def _activity(flows: Flows, call: ActivityCall[Any], fiber: str) -> dict[str, Any]:
    args = dumps_arguments(call.signature().encode_args(call.args, call.kwargs))
    policy = pack_value(flows, (call.retry, call.timeout))
    return {"kind": call.name, "args": args, "policy": policy, "timeout": call.timeout, "fiber": fiber}


def _gather(flows: Flows, run: StepRun, gather: Gather[Any], prefix: str, room: int) -> dict[str, Any]:
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
        found: dict[str, Any] = {"kind": WRONG}
        try:
            awaitable: Any = next(awaitables)  # `map` calls the user's function here
            found = _branch(flows, run, awaitable, fiber, share)
        except Exception as wrong:
            found = {"kind": found["kind"], "raise": told(flows, capture(wrong), wrong), "fiber": fiber}
        branches.append({**found, "keeps": gather.return_exceptions, "room": share})
    _refuse_many(branches)
    return {"kind": GATHER, "branches": branches, "limit": gather.limit or 0, "fiber": prefix}


def _refuse_many(branches: list[dict[str, Any]]) -> None:
    """Refuse, before anything starts, what would not fit into an execution."""
    helpers = sum("helper" in branch for branch in branches)
    if helpers > HELPERS:
        raise NotSupported(
            f"a gather of {helpers} helpers: an execution of Step Functions has room for {HELPERS} in its history; "
            "gather parts of them in turn"
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
        return {"kind": kind_of(awaitable), "helper": pack_value(flows, awaitable), "fiber": fiber}
    if not isinstance(awaitable, Call):
        refuse(awaitable)
    awaitable.take()
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
