"""Branches of a gather that go on in executions of their own, because the history of their gather's has no room.

    pages -> (pfaas.continue) -> pages apart -> how it ended -> the result of the branch

The states of such a branch stand beside those of the orchestrator and are entered only by a successor. Its parent waits
with `.sync:2`: Step Functions stops the child with its parent (Developer Guide, "Integrating with services": Run a
Job), and a child that dies fails its parent. A child that gets full itself waits for another one, so its output is
always the end of the branch. A failure is an output too: as an error of the child it would reach the parent inside the
JSON of DescribeExecution inside a cause of at most 32,768 characters.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from portable_faas.ir import GatherShape, HelperShape, SelectShape
from portable_faas_aws.lowering.asl import RUN_EXECUTION, State, expression
from portable_faas_aws.lowering.sites import Scope
from portable_faas_aws.runtime.ends import RETURN

if TYPE_CHECKING:
    from portable_faas_aws.lowering.machine import Machine

_CAUGHT: Final = {
    "failed": {"error": expression("$states.errorOutput.Error"), "cause": expression("$states.errorOutput.Cause")}
}
Group = GatherShape | SelectShape
_MAY_FAIL: Final = ("Task", "Map", "Parallel")


def branches(scope: Scope) -> Iterator[tuple[Group, Scope]]:
    """The helpers that may run as branches of the gathers of a scope, gathers inside gathers included."""
    for site in scope.sites.values():
        if isinstance(site.shape, Group):
            yield from _of(scope, site.shape)


def _of(scope: Scope, gather: Group) -> Iterator[tuple[Group, Scope]]:
    for shape in dict.fromkeys(one for branch in gather.branches for one in branch):
        if isinstance(shape, Group):
            yield from _of(scope, shape)
        elif isinstance(shape, HelperShape) and shape.flow not in scope.under_way:
            yield gather, Scope(scope.program, shape.flow, scope.shorts, scope.under_way)


def go_apart(machine: "Machine") -> str:
    """The first of the states in which a branch waits for its execution."""
    return machine.state("apart", f"{_short(machine)} apart", lambda: _run(machine))


def _run(machine: "Machine") -> State:
    begun = machine.var("next")
    arguments = {
        "StateMachineArn": expression("$states.context.StateMachine.Id"),
        "Name": expression(f"{begun}.name"),
        "Input": expression(f"{begun}.next"),
    }
    output = "$states.result.Output"
    made: State = {
        "Type": "Task",
        "Comment": "goes on in an execution of its own",
        "Resource": RUN_EXECUTION,
        "Arguments": arguments,
        "Output": expression(output),
    }
    if machine.apart:  # what the next one ends with is the end of this one
        return {**made, "End": True}
    failed = f"$exists({output}.failed.error) ? {output}.failed : null"
    return {
        **made,
        "Assign": {machine.variable("failed"): expression(failed)},
        "Next": machine.state("ended", f"how {_short(machine)} ended", lambda: _ended(machine)),
    }


def _ended(machine: "Machine") -> State:
    fail = machine.state("fail", "Fail", machine.fail)
    rule = {"Condition": expression(f"{machine.var('failed')} != null"), "Next": fail}
    done = machine.goto(RETURN)
    return {"Type": "Choice", "Choices": [rule], "Default": done}


def _short(machine: "Machine") -> str:
    return machine.target.shorts[machine.scope.root]


def closed(machine: "Machine") -> dict[str, State]:
    """The states of a branch that is an execution, whose failures are outputs."""
    made = {name: _closed(state) for name, state in machine.states.items()}
    lost = machine.unique(f"{_short(machine)} failed")
    for state in made.values():
        if state["Type"] in _MAY_FAIL and not any(
            "States.ALL" in rule["ErrorEquals"] for rule in state.get("Catch", ())
        ):
            caught = {"ErrorEquals": ["States.ALL"], "Output": _CAUGHT, "Next": lost}
            state["Catch"] = [*state.get("Catch", ()), caught]
    machine.names["lost"] = lost
    return {**made, lost: {"Type": "Succeed"}}


def _closed(state: State) -> State:
    if state["Type"] != "Fail":
        return dict(state)
    failed: dict[str, Any] = {"error": state["Error"], "cause": state["Cause"]}
    return {"Type": "Succeed", "Output": {"failed": failed}}
