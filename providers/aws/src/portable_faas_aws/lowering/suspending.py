"""Suspension: a Task starts nothing while the instance is suspended, but waits for the bell of who resumes it.

    charge                            charge -> (pfaas.suspended) -> charge, when resumed -> charge

Its Lambda asks the row first, so an instance that is not suspended pays no transition. After an activity it asks once
more, and ends with the outcome, since the Python after it is not to run either.
"""

from typing import TYPE_CHECKING, Any

from portable_faas_aws.lowering.asl import REPORT, WAIT_FOR_TOKEN, State, expression, invoke
from portable_faas_aws.lowering.policy import retriers
from portable_faas_aws.lowering.resume import AFTER, Resume
from portable_faas_aws.lowering.sites import Site
from portable_faas_aws.runtime.ends import PAUSED, SUSPENDED

if TYPE_CHECKING:
    from portable_faas_aws.lowering.machine import Machine

# What ends or accompanies a step that has started, and so is no new one.
_NO_STEP = ("listen", "hold", "ask", "ended", "tell", "pause")


def pausing(machine: "Machine", name: str, state: State) -> State:
    """The state, which waits if it is a Task that would start something while the instance is suspended."""
    if not machine.target.suspendable or state["Type"] != "Task" or "Payload" not in state["Arguments"]:
        return state
    payload: dict[str, Any] = state["Arguments"]["Payload"]
    if any(part in payload for part in _NO_STEP):
        return state
    pause = machine.state(("paused", name), f"{name}, when resumed", lambda: _pause(machine, name))
    caught = {"ErrorEquals": [SUSPENDED], "Output": expression("$states.input"), "Next": pause}
    arguments = {**state["Arguments"], "Payload": {**payload, "suspendable": True}}
    return {**state, "Arguments": arguments, "Catch": [caught, *state.get("Catch", [])]}


def paused_after(machine: "Machine", site: Site) -> list[State]:
    """What becomes of a Lambda whose activity has ended while the instance is suspended."""
    if not machine.target.suspendable:
        return []
    assign = {
        machine.variable("state"): expression(f"{REPORT}.state"),
        machine.variable("call"): {"outcome": expression(f"{REPORT}.call")},
    }
    name = f"after {machine.title(site)}, when resumed"
    make = lambda: _pause(machine, machine.enter(Resume(AFTER, site)))  # noqa: E731
    pause = machine.state(("paused after", site.label), name, make)
    return [{"ErrorEquals": [PAUSED], "Assign": assign, "Output": expression("$states.input"), "Next": pause}]


def _pause(machine: "Machine", to: str) -> State:
    payload = machine.payload(pause=True, token=expression("$states.context.Task.Token"))
    made = invoke(machine.target.orchestrator, payload, "waits until the instance is resumed")
    kept = expression("$states.input")
    return {**made, "Resource": WAIT_FOR_TOKEN, "Retry": retriers(None), "Output": kept, "Next": to}
