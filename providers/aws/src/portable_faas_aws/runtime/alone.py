"""Invocations that need none of the program's own Python: bells, branches that are one operation, the ends of children.

{"listen": {"wait": "#1", "name": "go"}, "token": "AQ..."}      the bell of a wait
{"hold": {"wait": "/0.1#0", ...}}                               the event of a branch
"""

from typing import TYPE_CHECKING, Any, Final

from portable_faas.errors import InstanceExists
from portable_faas.stepping import pack_value
from portable_faas.values import capture_end
from portable_faas_aws.runtime.beginning import of_item
from portable_faas_aws.runtime.branch import heard
from portable_faas_aws.runtime.ends import FIRST
from portable_faas_aws.runtime.offload import ALONE
from portable_faas_aws.runtime.outside import Outcome, Result

if TYPE_CHECKING:
    from portable_faas_aws.runtime.step import Invocation

Given = dict[str, Any]
PARTS: Final = (
    "pause",
    "ended",
    "listen",
    "child",
    "start",
    "tell",
    "hold",
    "ask",
    "entity",
    "leave",
    "item",
)  # parts of a payload, each of which says what is to be done


def carry_out(step: "Invocation", what: str, given: Given) -> Result:
    """Do ``what`` the payload asks for."""
    match what:
        case "ended":
            return _ended(step, given)
        case "pause" | "listen" | "ask":
            return _bell(step, what, given)
        case "child":
            return _child(step, given)
        case "start":
            return _branch(step, given, _started(step, given))
        case "leave":
            step.outside.leave()
            return {}
        case "tell":
            return _tell(step, given)
        case "hold":
            return _wait(step, given)
        case "entity":
            return _branch(step, given, step.outside.had(given))
        case _:
            return step.branch_of_activity(of_item(step, given))


def _bell(step: "Invocation", what: str, given: Given) -> Result:
    """The bell of something that the program waits for."""
    token = step.payload["token"]
    if what == "pause":
        step.outside.ledger.pause(token)
        return {}
    return step.outside.listen(given, token) if what == "listen" else step.outside.ask(given, token)


def _ended(step: "Invocation", outcome: Given) -> Result:
    """A branch of a ``first`` has ended, and with it the group if that was enough of them."""
    if step.outside.ended(outcome):
        step.fail(FIRST, {})
    return {}


def _wait(step: "Invocation", described: Given) -> Result:
    """A branch that is nothing but a wait: the event stays in its place until the group has ended."""
    step.run_.fiber = described["wait"].rpartition("#")[0]
    value, error, number = step.outside.held(described)
    return _branch(step, described, (value, error), {"event": number})


def _branch(step: "Invocation", described: Given, outcome: Outcome, rest: Given | None = None) -> Result:
    """The end of a branch."""
    value, error = outcome
    step.run_.keeps, step.run_.room = bool(described.get("keeps")), described.get("room", ALONE)
    if error is not None:
        return step.failed(capture_end(error), error)
    return step.result({"value": pack_value(step.code.flows, value), **(rest or {})}, step.run_.room)


def _child(step: "Invocation", described: Given) -> Result:
    """Start a child; the Task ends when it has."""
    if "raise" in described:
        step.fail(described["raise"]["type"], described["raise"])
    try:
        return step.outside.child(described, step.payload["token"])
    except InstanceExists as exists:
        failure = capture_end(exists)
        step.fail(failure.type, failure.to_wire(), exists)


def _started(step: "Invocation", described: Given) -> Outcome:
    """Start an instance that nobody waits for, in a branch."""
    if "raise" in described:
        return None, heard(step.code.flows, step.run_, described["raise"])
    try:
        return step.outside.started(described), None
    except InstanceExists as exists:
        return None, exists


def _tell(step: "Invocation", end: Given) -> Result:
    """The run has ended, and whoever waits for it hears of it."""
    if "failed" in end:
        return step.outside.tell_failure(step.failure_of(end["failed"]))
    return step.outside.tell(step.orchestrator_name(), end["value"])
