"""Retries by a policy that only the run knows, as in `charge.using(retry=policy)(order)`.

The Lambda counts the attempts and says how long to wait: charge -> charge again, Wait -> charge. What it cannot say,
because it died or took too long, is decided by a step of the orchestrator's own Lambda.
"""

from typing import TYPE_CHECKING

from portable_faas_aws.lowering.asl import PAYLOAD, State, expression, invoke
from portable_faas_aws.lowering.policy import retriers
from portable_faas_aws.lowering.resume import RECOVER, Resume
from portable_faas_aws.lowering.sites import Site

if TYPE_CHECKING:
    from portable_faas_aws.lowering.machine import Machine


def again(machine: "Machine", site: Site) -> State:
    """Wait before the next attempt of an activity whose policy only the run knows."""
    call = machine.var("call")
    return {"Type": "Wait", "Seconds": expression(f"{call}.wait"), "Next": machine.goto(site.label)}


def decide(machine: "Machine", site: Site) -> str:
    """The step that asks such a policy about a time-out or a dead process."""
    exits = machine.scope.recover(site)
    labels = machine.ending(exits.all, exits)

    def make() -> State:
        resume = Resume(RECOVER, site)
        payload = machine.payload(**machine.given(resume), next=[*labels, "again"])
        made = invoke(machine.target.orchestrator, payload, f"policy of line {site.line}")
        assign = {machine.variable(name): expression(f"{PAYLOAD}.{name}") for name in ("state", "call")}
        made |= {"Retry": retriers(None), "Assign": assign, "Output": {"to": expression(f"{PAYLOAD}.to")}}
        return {
            **made,
            "Next": machine.state(("decided", site.label), "try again?", lambda: decided(machine, site, labels)),
        }

    return machine.state(("decide", site.label), f"policy of {machine.title(site)}", make)


def decided(machine: "Machine", site: Site, labels: tuple[str, ...]) -> State:
    """Another attempt, or one of the places where the program goes on after the failure."""
    again = machine.state(("again", site.label), f"{machine.title(site)} again", lambda: again(machine, site))
    if not labels:
        return {"Type": "Pass", "Next": again}
    rules = [{"Condition": expression('$states.input.to = "again"'), "Next": again}]
    made = machine.choice(labels)
    return {**made, "Choices": [*rules, *made["Choices"]]}
