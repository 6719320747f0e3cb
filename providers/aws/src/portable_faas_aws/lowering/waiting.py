"""A wait for an external event: a Task that registers a bell and waits for it, then the step that takes the event.

    approved = await ctx.wait_for_event("approved")       wait (line 3) -> after wait (line 3)

No state comes between a step and its wait where the event is there already: the Lambda of the step takes it and goes
on. A bell that rings late does no harm, since the step after it asks the row, also when the time is up.
"""

from typing import TYPE_CHECKING, Any, Final

from portable_faas.ir import EventShape
from portable_faas_aws.lowering.asl import PAYLOAD, WAIT_FOR_TOKEN, State, expression, invoke
from portable_faas_aws.lowering.policy import retriers
from portable_faas_aws.lowering.resume import AFTER, Resume
from portable_faas_aws.lowering.sites import Site

if TYPE_CHECKING:
    from portable_faas_aws.lowering.machine import Machine

LATE: Final = ["States.Timeout"]


def wait_for_event(machine: "Machine", site: Site) -> State:
    """The wait of a scope itself."""
    assert isinstance(site.shape, EventShape)
    call = machine.var("call")
    to = machine.enter(Resume(AFTER, site))
    assign = {machine.variable("call"): {"outcome": {"wait": expression(call)}}}
    made = {**_bell(machine, site.shape, call, site.line), "Assign": assign, "Next": to}
    if site.shape.timed:
        made["Catch"] = [{"ErrorEquals": LATE, "Assign": assign, "Next": to}]
    return made


def wait_of_branch(machine: "Machine", shape: EventShape, given: str) -> State:
    """A branch that is a wait, and ends with its event."""
    took = machine.state((shape, given, "took"), "event", lambda: _take(machine))
    output = expression(given)
    made = {**_bell(machine, shape, given, 0), "Output": output, "Next": took}
    if shape.timed:
        made["Catch"] = [{"ErrorEquals": LATE, "Output": output, "Next": took}]
    return made


def _take(machine: "Machine") -> State:
    """The Lambda that says which event the branch has."""
    made = _invoked(machine, machine.payload(hold=expression("$states.input")), "the event of the branch")
    return machine.close_branch({**made, "Retry": retriers(None)}, PAYLOAD)


def _bell(machine: "Machine", shape: EventShape, call: str, line: int) -> State:
    token = expression("$states.context.Task.Token")
    payload = machine.payload(listen=expression(call), token=token)
    named = f" for {shape.name}" if shape.name else ""
    made = _invoked(machine, payload, f"waits{named}, line {line}" if line else f"waits{named}")
    made |= {"Resource": WAIT_FOR_TOKEN, "Retry": retriers(None)}
    if shape.timed:
        made["TimeoutSeconds"] = expression(f"{call}.seconds = null ? 99999999 : $max([1, {call}.seconds])")
    return made


def _invoked(machine: "Machine", payload: dict[str, Any], comment: str) -> State:
    return invoke(machine.target.orchestrator, payload, comment)
