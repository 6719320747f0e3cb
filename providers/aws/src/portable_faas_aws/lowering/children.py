"""Sub-orchestrations: a Task that starts the child and waits for its bell; and the end of a child, which rings it.

    parent:  child (line 9) -> after child (line 9)         its Lambda starts the child, and leaves the token
    child:   ... -> who waits? -> tell -> End               only where somebody waits for it

Not ``.sync``: a child may go on in other executions, under the same id.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from portable_faas.compiler.sections import reached
from portable_faas.ir import (
    Await,
    ChildShape,
    ContinueShape,
    EntityShape,
    GatherShape,
    LockShape,
    Program,
    SelectShape,
    Shape,
    StartShape,
)
from portable_faas_aws.lowering.asl import WAIT_FOR_TOKEN, State, expression, invoke
from portable_faas_aws.lowering.policy import retriers
from portable_faas_aws.lowering.resume import AFTER, Resume
from portable_faas_aws.lowering.sites import Site, locks

if TYPE_CHECKING:
    from portable_faas_aws.lowering.machine import Machine

_INPUT: Final = "$states.context.Execution.Input"
_CAUGHT: Final = {
    "failed": {"error": expression("$states.errorOutput.Error"), "cause": expression("$states.errorOutput.Cause")}
}
_MAY_FAIL: Final = ("Task", "Map", "Parallel")


def shapes_of(program: Program, orchestrator: str) -> Iterator[Shape]:
    """Everything that an orchestrator may await, branches included."""
    ends = (block.end for flow in reached(program, orchestrator) for block in flow.blocks)
    work = [shape for end in ends if isinstance(end, Await) for shape in end.shapes]
    while work:
        shape = work.pop()
        yield shape
        if isinstance(shape, GatherShape | SelectShape):
            work += [one for branch in shape.branches for one in branch]


def kinds_of(program: Program, orchestrator: str) -> frozenset[type]:
    """The kinds of everything that an orchestrator may await, branches included."""
    return frozenset(type(shape) for shape in shapes_of(program, orchestrator))


def is_child(program: Program, orchestrator: str) -> bool:
    """Whether any orchestrator of the program waits for this one."""
    names = [name for name, _ in program.orchestrators]
    shapes = (shape for name in names for shape in shapes_of(program, name))
    return any(isinstance(shape, ChildShape) and shape.orchestrator == orchestrator for shape in shapes)


def given_to_all(program: Program, orchestrator: str, kinds: frozenset[type]) -> dict[str, Any]:
    """What every Lambda of an orchestrator is given because it may start others, or be one that others wait for.

    ``kinds`` are those of what it may await.
    """
    made: dict[str, Any] = {}
    holds = LockShape in kinds
    waits = holds or (EntityShape in kinds and locks(program))
    starts = bool(kinds & {ChildShape, StartShape})
    awaited = is_child(program, orchestrator)
    if waits or starts or awaited:
        made |= {"machine": expression("$states.context.StateMachine.Id"), "own": orchestrator}
    if ContinueShape in kinds:
        made["own"] = orchestrator
        made["run"] = expression(f"$exists({_INPUT}.run) ? {_INPUT}.run : 0")
    if holds:
        made["locks"] = True
    if awaited:
        made["parent"] = expression(f"$exists({_INPUT}.parent) ? {_INPUT}.parent : null")
    return made


def child(machine: "Machine", site: Site) -> State:
    """A child that the scope itself waits for."""
    call = machine.var("call")
    made = start(machine, call, site.line)
    if machine.recoverable(site):
        made["Catch"] = [machine.failed(site, ["States.ALL"])]
    assign = {machine.variable("call"): {"outcome": expression("$states.result")}}
    return {**made, "Assign": assign, "Next": machine.enter(Resume(AFTER, site))}


def start(machine: "Machine", call: str, line: int) -> State:
    """The Task that ends when the child has."""
    payload = machine.payload(child=expression(call), token=expression("$states.context.Task.Token"))
    made = invoke(machine.target.orchestrator, payload, f"line {line}")
    return {**made, "Resource": WAIT_FOR_TOKEN, "Retry": retriers(None)}


def told(machine: "Machine", states: dict[str, State]) -> dict[str, State]:
    """The states of an orchestrator that others may wait for: before it ends, it tells them how."""
    ends = {key: machine.unique(name) for key, name in _ENDS.items()}
    elsewhere = {machine.names.get(key) for key in ("continued", "successor")}  # there the run goes on
    made = {name: state if name in elsewhere else _telling(state, ends) for name, state in states.items()}
    machine.names |= ends
    for how, outcome in (("value", {"value": expression("$states.input")}), ("failed", expression("$states.input"))):
        rule = {"Condition": expression(f"$exists({_INPUT}.parent)"), "Next": ends[f"tell {how}"]}
        made[ends[f"waiting {how}"]] = {"Type": "Choice", "Choices": [rule], "Default": ends[f"end {how}"]}
        task = invoke(
            machine.target.orchestrator, machine.payload(tell=outcome), "tells the instance that waits for it"
        )
        task |= {"Retry": retriers(None), "Output": expression("$states.input"), "Next": ends[f"end {how}"]}
        made[ends[f"tell {how}"]] = task
    failed = "$states.input.failed"
    made[ends["end value"]] = {"Type": "Succeed"}
    made[ends["end failed"]] = {
        "Type": "Fail",
        "Error": expression(f"{failed}.error"),
        "Cause": expression(f"{failed}.cause"),
    }
    return made


_ENDS: Final = {
    "waiting value": "does anybody wait?",
    "tell value": "tell the result",
    "end value": "end",
    "waiting failed": "does anybody wait for the failure?",
    "tell failed": "tell the failure",
    "end failed": "end with the failure",
}


def _telling(state: State, ends: dict[str, str]) -> State:
    made = dict(state)
    if state["Type"] == "Fail":
        failed: dict[str, Any] = {"error": state["Error"], "cause": state["Cause"]}
        return {"Type": "Pass", "Output": {"failed": failed}, "Next": ends["waiting failed"]}
    if state["Type"] == "Succeed":
        made = {**state, "Type": "Pass", "Next": ends["waiting value"]}
    elif made.pop("End", False):
        made["Next"] = ends["waiting value"]
    catches = state.get("Catch", ())
    if state["Type"] in _MAY_FAIL and not any("States.ALL" in rule["ErrorEquals"] for rule in catches):
        caught = {"ErrorEquals": ["States.ALL"], "Output": _CAUGHT, "Next": ends["waiting failed"]}
        made["Catch"] = [*catches, caught]
    return made
