"""A gather as a Map over the calls that a step has prepared, or as a Parallel where each branch is something else.

await ctx.gather(*[ship(x) for x in xs])        Map: ship for each item
await ctx.gather(ship(a), ctx.sleep(5))         Parallel: ship | Wait
"""

from typing import TYPE_CHECKING, Any, Final

from portable_faas.ir import (
    ActivityShape,
    ChildShape,
    EntityShape,
    EventShape,
    GatherShape,
    HelperShape,
    Mapped,
    SelectShape,
    Shape,
    StartShape,
    StatusShape,
    TimerShape,
)
from portable_faas_aws.lowering.asl import PAYLOAD, State, due, expression, invoke, literal, moment
from portable_faas_aws.lowering.children import start as start_child
from portable_faas_aws.lowering.folding import item, items, selected
from portable_faas_aws.lowering.holding import free
from portable_faas_aws.lowering.policy import retriers, silent
from portable_faas_aws.lowering.resume import AFTER, BEGIN, Resume
from portable_faas_aws.lowering.row import write_status
from portable_faas_aws.lowering.sites import Site, kind, merged
from portable_faas_aws.lowering.waiting import wait_of_branch
from portable_faas_aws.runtime.ends import FIRST, RETURN
from portable_faas_aws.runtime.failures import CRASHED, TIMED_OUT

if TYPE_CHECKING:
    from portable_faas_aws.lowering.machine import Machine


def collects(shape: SelectShape) -> bool:
    """Whether several branches may have to end: their ends are noted in a row, in their order."""
    return not shape.single or shape.wanted != 1


_ALONE: Final = {"entity": "an operation on an entity", "start": "starts another orchestrator"}
WINNER: Final = "$parse($states.errorOutput.Cause)"


def won(machine: "Machine") -> State:
    """The end of a branch of a race, and of the race if that was the last end that it wants.

    An error is the only way to leave a Parallel or Map before all of it has ended.

    Its cause has at most 32,768 characters (API reference, SendTaskFailure), so the outcome is kept below that.
    """
    if machine.collects:
        call = machine.collects
        race = {name: expression(f"{call}.{name}") for name in ("fiber", "wanted")}
        payload = machine.payload(ended=expression("$states.input"), race=race)
        made = invoke(machine.target.orchestrator, payload, "the end of a branch")
        return {**made, "Retry": retriers(None), "Output": {}, "End": True}
    return {"Type": "Fail", "Error": FIRST, "Cause": expression("$string($states.input)")}


def race(machine: "Machine", shape: SelectShape, call: str, line: int) -> State:
    """The Parallel or Map of a race."""
    group = GatherShape(shape.branches, shape.spread)
    return fan_out(machine, group, call, line, races=call if collects(shape) else True)


def race_of(machine: "Machine", site: Site, shape: SelectShape) -> State:
    """The race of a scope itself; the error that ends it says who has won, or that the row does."""
    made = race(machine, shape, machine.var("call"), site.line)
    ends = {"ends": expression(f"{machine.var('call')}.single")}
    outcome = {"outcome": ends if collects(shape) else {"first": expression(WINNER)}}
    after = machine.enter(Resume(AFTER, site))
    made["Catch"] = [{"ErrorEquals": [FIRST], "Assign": {machine.variable("call"): outcome}, "Next": after}]
    if machine.recoverable(site):
        made["Catch"].append(machine.failed(site, ["States.ALL"]))
    return {**made, "Assign": {machine.variable("call"): {"outcome": expression("$states.result")}}, "Next": after}


def fan_out_input(machine: "Machine", shape: GatherShape, mapped: Mapped, line: int, wire: bool) -> State:
    """A Map over a list of the execution's input; ``wire`` asks for results in wire form."""
    (called,) = {one for branch in shape.branches for one in branch}
    inner = machine.inner(called, False)
    if isinstance(called, ActivityShape):
        payload = machine.payload(item=item(mapped), **({"wire": True} if wire else {}))
        start = inner.state(called, called.name, lambda: branch_of(inner, called, payload, "$states.input"))
    else:
        start = _helper(inner, item(mapped))
    made: State = {
        "Type": "Map",
        "Comment": f"line {line}",
        "Items": expression(items(mapped)),
        "ItemSelector": selected(mapped),
    }
    if mapped.limit is not None:
        made["MaxConcurrency"] = mapped.limit
    processor = {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": start, "States": inner.finish()}
    return {**made, "ItemProcessor": processor}


def fan_out(
    machine: "Machine", shape: GatherShape, call: str, line: int, wire: bool = False, races: bool | str = False
) -> State:
    """The Map or Parallel; its result is the list of the outcomes of the branches, of activities in ``wire`` form."""
    alike = len({branch for branch in shape.branches}) == 1 and len(shape.branches[0]) == 1
    if shape.spread or shape.limited or alike or len(shape.branches) < 2:
        return _map(machine, shape, call, line, wire, races)
    branches = [
        _branch(machine, branch, shape.keeps_errors, f"$states.input[{number}]", wire, races)
        for number, branch in enumerate(shape.branches)
    ]
    return {
        "Type": "Parallel",
        "Comment": f"line {line}",
        "Arguments": expression(f"{call}.branches"),
        "Branches": branches,
    }


def _map(machine: "Machine", shape: GatherShape, call: str, line: int, wire: bool, races: bool | str) -> State:
    shapes = tuple(one for branch in shape.branches for one in branch)
    processor = _branch(machine, shapes, shape.keeps_errors, "$states.input.call", wire, races)
    made: State = {
        "Type": "Map",
        "Comment": f"line {line}",
        **items_of(call, bool(races)),
    }
    if shape.limited:
        made["MaxConcurrency"] = expression(f"{call}.limit")
    return {**made, "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, **processor}}


def items_of(call: str, races: bool = False) -> State:
    """The Items and ItemSelector of a Map over the calls that a step has prepared."""
    items = f"$exists({call}.count) ? [0..({call}.count - 1)] : {call}.branches"
    return {"Items": expression(items), "ItemSelector": {"call": expression(_selected(call, races))}}


def _selected(call: str, races: bool) -> str:
    """The call of an item; where there are too many to be written down, the item is only its number."""
    item = "$states.context.Map.Item.Value"
    place = f'["s3", {call}.lists[$floor({item} / {call}.size)], {item} % {call}.size]'
    seen = f'"kind": {call}.of, "keeps": {call}.keeps' + (f', "index": {item}' if races else "")
    return f'$type({item}) = "number" ? {{{seen}, "$pf": {place}}} : {item}'


def _branch(
    machine: "Machine", shapes: tuple[Shape, ...], keeps: bool | None, given: str, wire: bool, races: bool | str
) -> dict[str, Any]:
    """The states of one branch, which finds its call in ``given``."""
    states: dict[str, State] = {}
    rules = []
    for shape in merged(shapes):
        if isinstance(shape, HelperShape) and shape.flow in machine.scope.under_way:
            continue  # no helper is recursive
        inner = machine.inner(shape, keeps, bool(races), races if isinstance(races, str) else "")
        start = _start(inner, shape, given, wire)
        states |= inner.finish()
        rules.append({"Condition": expression(f"{given}.kind = {literal(kind(shape))}"), "Next": start})
    if not rules:  # a gather of nothing, or of what is no call: then its branch fails
        nothing = machine.unique("nothing")
        return {"StartAt": nothing, "States": {nothing: _wrong(machine, given)}}
    if len(rules) == 1:
        return {"StartAt": rules[0]["Next"], "States": states}
    choice = machine.unique("which")
    states[choice] = {"Type": "Choice", "Choices": rules[:-1], "Default": rules[-1]["Next"]}
    return {"StartAt": choice, "States": states}


def _wrong(machine: "Machine", given: str) -> State:
    """The orchestrator's own Lambda, which raises what a branch came to instead of a call."""
    payload = machine.payload(branch=expression(given), next=[RETURN])
    made = invoke(machine.target.orchestrator, payload, "no call")
    return {**made, "Retry": retriers(None), "Output": expression(f"{PAYLOAD}.call"), "End": True}


def _start(machine: "Machine", shape: Shape, given: str, wire: bool) -> str:
    """The first state of a branch of this shape."""
    match shape:
        case ActivityShape():
            payload = machine.payload(call=expression(given), **({"wire": True} if wire else {}))
            return machine.state((shape, given), shape.name, lambda: branch_of(machine, shape, payload, given))
        case HelperShape():
            return _helper(machine, expression(given))
        case TimerShape():
            return machine.state((shape, given), "sleep", lambda: _done(machine, _wait(machine, given), given))
        case StatusShape():
            made = _done(machine, write_status(0, f"{given}.status"), given)
            return machine.state((shape, given), "set_status", lambda: made)
        case GatherShape():
            return machine.state((shape, given), "gather", lambda: _gather(machine, shape, given))
        case SelectShape():
            return _selection(machine, shape, given)
        case ChildShape(orchestrator):
            return machine.state((shape, given), orchestrator, lambda: _child(machine, given))
        case EntityShape() | StartShape():
            return _at_once(machine, shape, given)
        case EventShape(name):
            return machine.state(
                (shape, given), f"wait for {name or 'an event'}", lambda: wait_of_branch(machine, shape, given)
            )
        case _:
            raise AssertionError(f"{shape} is no branch: the checker refuses it")


def _done(machine: "Machine", state: State, given: str) -> State:
    """The end of a branch that gives nothing, but for a failure to begin that its gather keeps."""
    if machine.races:
        return machine.close_branch(state, '{"value": "null"}', given)
    if machine.keeps is False:
        return {**state, "Output": {"value": "null"}, "End": True}
    catch = _kept(machine, given) if state["Type"] == "Task" else []
    output = f'$exists({given}.raise) ? {{"error": {given}.raise}} : {{"value": "null"}}'
    return {**state, **({"Catch": catch} if catch else {}), "Output": expression(output), "End": True}


def _wait(machine: "Machine", given: str) -> State:
    if machine.keeps is False:
        return {"Type": "Wait", "Timestamp": moment(given)}
    now = "$states.context.State.EnteredTime"
    return {"Type": "Wait", "Timestamp": expression(f"$exists({given}.raise) ? {now} : ({due(given)})")}


def branch_of(machine: "Machine", shape: ActivityShape, payload: dict[str, Any], given: str) -> State:
    """The Task of a branch that is one activity."""
    site = Site(f"{given}:{shape.name}", (), shape, 0)
    made = machine.activity(site, payload)
    made["Catch"] = _failures(machine, site, given)
    return machine.close_branch(made, PAYLOAD, given)


def _failures(machine: "Machine", site: Site, given: str) -> list[State]:
    """What becomes of the failures that the Lambda of a branch's only activity cannot report."""
    if machine.keeps:
        kept = machine.state("kept", "failed", lambda: {"Type": "Succeed"})
        outcome = {"failed": _died(site, expression("$states.errorOutput.Error"))}
        return [{"ErrorEquals": silent(), "Output": outcome, "Next": kept}]
    ended = [machine.ended(site, list(TIMED_OUT)), machine.ended(site, list(CRASHED))]
    if machine.keeps is False:
        return ended
    keeps = expression(f"{given}.keeps")
    return [
        {**each, "Output": {"failed": _died(site, each["ErrorEquals"][0]), "keeps": keeps}, "Next": _asked(machine)}
        for each in ended
    ]


def _died(site: Site, error: str) -> State:
    """What the run time makes the exception from; no longer than it must be, since there may be thousands."""
    assert isinstance(site.shape, ActivityShape)
    return {"error": error, "activity": site.shape.name, "timeout": site.shape.timeout}


def _asked(machine: "Machine") -> str:
    """A Choice whether the gather keeps errors, where only the run knows."""
    kept = machine.state("kept", "failed", lambda: {"Type": "Succeed"})
    fail = machine.state("fail", "Fail", machine.fail)
    rule = {"Condition": expression("$states.input.keeps"), "Next": kept}
    return machine.state("keeps?", "keeps errors?", lambda: {"Type": "Choice", "Choices": [rule], "Default": fail})


def _helper(machine: "Machine", branch: Any) -> str:
    """The first state of a branch that begins with a helper, from what ``branch`` says of its call."""
    machine.branch = branch
    return machine.enter(Resume(BEGIN))


def _gather(machine: "Machine", shape: GatherShape, given: str) -> State:
    """A gather as a branch of another one, which may keep its failure."""
    made = fan_out(machine, shape, given, 0)
    kept = _kept(machine, given)
    return machine.close_branch({**made, "Catch": kept} if kept else made, '{"all": $states.result}', given)


def _selection(machine: "Machine", shape: SelectShape, given: str) -> str:
    """The first state of a race; its branches see no more of a ``first`` than is in a variable."""
    if not collects(shape):
        return machine.state((shape, given), "race", lambda: _select(machine, shape, given, f'"first": {WINNER}'))
    call = machine.var("call")
    ended = f'"ends": {call}.single, "fiber": {call}.fiber'
    made = machine.state((shape, given, "kept"), "first", lambda: _select(machine, shape, call, ended))
    kept = {"Type": "Pass", "Assign": {machine.variable("call"): expression(given)}, "Next": made}
    return machine.state((shape, given), "prepare", lambda: kept)


def _select(machine: "Machine", shape: SelectShape, given: str, outcome: str) -> State:
    made = race(machine, shape, given, 0)
    kept = _kept(machine, given)
    picked = machine.goto(RETURN)
    output = f'{{{outcome}, "index": {given}.index}}' if machine.races else f"{{{outcome}}}"
    made["Catch"] = [{"ErrorEquals": [FIRST], "Output": expression(output), "Next": picked}, *kept]
    return {**made, "Next": picked}


def _at_once(machine: "Machine", shape: EntityShape | StartShape, given: str) -> str:
    """The first state of a start, or of an operation, which may have to wait in a program that takes locks."""
    if isinstance(shape, StartShape):
        return machine.state((shape, given), "start", lambda: _alone(machine, "start", given))
    to = machine.state((shape, given), "operation", lambda: _alone(machine, "entity", given))
    if not machine.scope.locking:
        return to
    return machine.state((shape, given, "free"), "until it is free", lambda: free(machine, shape, given, to))


def _alone(machine: "Machine", what: str, given: str) -> State:
    """A branch that one Lambda carries out at once: an operation, or a start."""
    made = invoke(machine.target.orchestrator, machine.payload(**{what: expression(given)}), _ALONE[what])
    return machine.close_branch({**made, "Retry": retriers(None)}, PAYLOAD, given)


def _child(machine: "Machine", given: str) -> State:
    made = start_child(machine, given, 0)
    catch = _kept(machine, given)
    return machine.close_branch({**made, "Catch": catch} if catch else made, "$states.result", given)


def _kept(machine: "Machine", given: str) -> list[State]:
    """What becomes of the failure of a branch that is no Lambda, where its gather may keep errors."""
    if machine.keeps is False:
        return []
    failed = {"error": expression("$states.errorOutput.Error"), "cause": expression("$states.errorOutput.Cause")}
    caught: State = {"ErrorEquals": ["States.ALL"]}
    if machine.keeps:
        kept = machine.state("kept", "failed", lambda: {"Type": "Succeed"})
        outcome = '{"failed": {"error": $states.errorOutput.Error, "cause": $states.errorOutput.Cause}}'
        output = f'$exists({given}.raise) ? {{"error": {given}.raise}} : {outcome}'  # it could not even begin
        return [{**caught, "Output": expression(output), "Next": kept}]
    caught["Output"] = {"failed": failed, "keeps": expression(f"{given}.keeps")}
    return [{**caught, "Assign": {machine.variable("failed"): failed}, "Next": _asked(machine)}]
