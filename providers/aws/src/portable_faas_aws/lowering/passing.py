"""Timers and custom statuses, which give nothing: what comes after them may be known before.

await ctx.set_status("paid")        set_status -> ship, where the Lambda before has found out that `ship` follows
parcel = await ship(order)
"""

from typing import TYPE_CHECKING

from portable_faas_aws.lowering.asl import State, expression, moment
from portable_faas_aws.lowering.resume import AFTER, Resume
from portable_faas_aws.lowering.row import write_status
from portable_faas_aws.lowering.sites import Site
from portable_faas_aws.runtime.ends import RETURN

if TYPE_CHECKING:
    from portable_faas_aws.lowering.machine import Machine


def wait(machine: "Machine", site: Site, ahead: bool) -> State:
    """A durable timer; one that counts from its start gives its length, not its end."""
    made: State = {"Type": "Wait", "Comment": f"line {site.line}", "Timestamp": moment(machine.var("call"))}
    return passed(machine, made, site, ahead)


def status(machine: "Machine", site: Site, ahead: bool) -> State:
    """Write the custom status into the row of the instance."""
    return passed(machine, write_status(site.line, machine.var("call") + ".status"), site, ahead)


def passed(machine: "Machine", state: State, site: Site, ahead: bool) -> State:
    """Go on after a timer, status or loop: where the Lambda before has found, or by a step of its own."""
    if not ahead:
        return {**state, "Next": machine.enter(Resume(AFTER, site))}
    labels = machine.run_ahead.onward(site)
    then = machine.var("call") + ".then"
    if labels == (RETURN,):
        return machine.close(state, machine.returned(f"{then}.call"))
    if not labels:
        raised = {machine.variable("failed"): expression(f"{then}.call")}
        return {**state, "Assign": raised, "Next": machine.state("fail", "Fail", machine.fail)}
    assign = {machine.variable(name): expression(f"{then}.{name}") for name in ("state", "call")}
    if len(labels) == 1:
        return {**state, "Assign": assign, "Next": machine.goto(labels[0])}
    choice = machine.state(labels, "where to", lambda: machine.choice(labels))
    return {**state, "Assign": assign, "Output": {"to": expression(f"{then}.to")}, "Next": choice}
