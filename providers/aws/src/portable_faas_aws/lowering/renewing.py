"""`continue_as_new` in a branch: its group fails with an error of ours, up to the orchestrator, whose run goes on anew.

    gather -> (pfaas.renew) -> leave -> continue -> successor        the children and locks of the other branches end

Step Functions stops the other branches, since that is what an error of one of them does. Every group on the way has to
let the error pass, also one that keeps the failures of its branches.
"""

from typing import TYPE_CHECKING, Any, Final

from portable_faas.ir import Await, ContinueShape
from portable_faas_aws.lowering.apart import branches
from portable_faas_aws.lowering.asl import REPORT, State, expression, invoke
from portable_faas_aws.lowering.chain import go_on
from portable_faas_aws.lowering.policy import retriers
from portable_faas_aws.lowering.sites import Scope
from portable_faas_aws.runtime.ends import RENEW

if TYPE_CHECKING:
    from portable_faas_aws.lowering.machine import Machine

_GROUPS: Final = ("Map", "Parallel")


def renews_inside(scope: Scope) -> bool:
    """Whether a branch of the scope may continue as new, or a branch of a branch."""
    scope.every()
    return any(_renews(inner) or renews_inside(inner) for _group, inner in branches(scope))


def _renews(scope: Scope) -> bool:
    """Whether the scope itself does, or a helper that it awaits."""
    sites = scope.every()
    ways = [scope.begin(), *(exits for site in sites for exits in (scope.after(site), scope.recover(site)))]
    ends = [scope.block(key, at).end for exits in ways for key, at in exits.blocks]
    return any(ContinueShape() in end.shapes for end in ends if isinstance(end, Await))


def renewing(machine: "Machine", state: State) -> State:
    """The state; if it is a group of which a branch may continue as new, that comes before all other failures."""
    if not machine.target.renews_inside or state["Type"] not in _GROUPS:
        return state
    catch: list[dict[str, Any]] = state.get("Catch", [])
    if machine.depth or machine.apart:
        if not any("States.ALL" in each["ErrorEquals"] for each in catch):
            return state
        output = {"cause": expression("$states.errorOutput.Cause")}
        caught = {"ErrorEquals": [RENEW], "Output": output, "Next": machine.state(RENEW, "continue as new", _passed_on)}
        return {**state, "Catch": [caught, *catch]}
    assign = {machine.variable("next"): expression(REPORT)}
    return {**state, "Catch": [{"ErrorEquals": [RENEW], "Assign": assign, "Next": _leaving(machine)}, *catch]}


def _passed_on() -> State:
    return {"Type": "Fail", "Error": RENEW, "Cause": expression("$states.input.cause")}


def _leaving(machine: "Machine") -> str:
    """The first state after the group: who still works for the run is told that it has ended."""
    if not machine.target.parent:
        return go_on(machine)
    return machine.state(RENEW, "leave", lambda: _leave(machine, go_on(machine)))


def _leave(machine: "Machine", to: str) -> State:
    made = invoke(machine.target.orchestrator, machine.payload(leave=True), "ends what the branches have begun")
    return {**made, "Retry": retriers(None), "Output": {}, "Next": to}
