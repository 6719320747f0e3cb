"""How a run goes on in another execution when the history of this one is nearly full.

    charge -> (pfaas.continue) -> continue -> successor            the row names the successor, then it is started
    charge -> (resumed) -> resume -> ship                          the successor goes on where the Lambda had ended

The Lambda that decides where to go on counts, and ends with an error named `pfaas.continue`, so no state stands in the
way of a run that stays small. A successor begins like any execution; its first state finds no input, fails, and the
Choice behind its Catch goes where the Lambda before had ended. One name starts one execution (API reference,
StartExecution), so the attempts of starting it make one successor.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from portable_faas.ir import ActivityShape, GatherShape, HelperShape, SelectShape, Shape
from portable_faas_aws.lowering.apart import branches, closed, go_apart
from portable_faas_aws.lowering.asl import REPORT, START_EXECUTION, State, expression, literal
from portable_faas_aws.lowering.counting import RETRIED
from portable_faas_aws.lowering.folding import INPUT, LARGE
from portable_faas_aws.lowering.resume import Resume
from portable_faas_aws.lowering.row import write_successor
from portable_faas_aws.lowering.sites import Scope, Site
from portable_faas_aws.runtime.chain import ATTEMPT, ITERATION, STEP, TASK
from portable_faas_aws.runtime.ends import CONTINUE, CONTINUED, RETURN

if TYPE_CHECKING:
    from portable_faas_aws.lowering.machine import Machine

RESUME: Final = "resume"
_GIVEN: Final = "$states.context.Execution.Input"
_FIRST: Final = '{"number": 1, "begun": 0}'
# What Step Functions reports for a name that is taken is its own name for the API's error.
_EXISTS: Final = ("StepFunctions.ExecutionAlreadyExistsException", "StepFunctions.ExecutionAlreadyExists")
_RETRY: Final[list[dict[str, Any]]] = [
    {"ErrorEquals": list(_EXISTS), "MaxAttempts": 0},
    {"ErrorEquals": ["States.ALL"], "IntervalSeconds": 2, "MaxAttempts": 12, "BackoffRate": 2.0, "MaxDelaySeconds": 60},
]


def outgrows(scope: Scope) -> bool:
    """Whether a run of the scope may record any number of events, its branches included.

    It does with a loop, with several gathers of any width, or with one whose branches are helpers.
    """
    ways = {site.label: scope.following(site) for site in scope.every()}
    wide = {label for label in ways if _is_wide(scope.sites[label])}
    if _has_loop(ways) or any(wide & _reached(label, ways) for label in wide):
        return True
    return any(gather.spread or outgrows(inner) for gather, inner in branches(scope))


def _has_loop(ways: dict[str, list[str]]) -> bool:
    """Whether something is left when all that nothing leads to has been taken away, again and again."""
    coming = Counter(to for label in ways for to in ways[label])
    free = [label for label in ways if not coming[label]]
    taken = 0
    while free:
        label = free.pop()
        taken += 1
        for to in ways[label]:
            coming[to] -= 1
            if not coming[to]:
                free.append(to)
    return taken < len(ways)


def _reached(label: str, ways: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()
    work = list(ways[label])
    while work:
        to = work.pop()
        if to not in found:
            found.add(to)
            work += ways[to]
    return found


def _is_wide(site: Site) -> bool:
    return isinstance(site.shape, GatherShape | SelectShape) and site.shape.spread


def counting(machine: "Machine", resume: Resume | None) -> dict[str, Any]:
    """What a Lambda needs to count: the events ``spent`` since the last one, ``each`` for a result of a Map."""
    if not machine.chains:
        return {}
    chain = expression(f"$exists({_GIVEN}.chain) ? {_GIVEN}.chain : {_FIRST}")
    made: dict[str, Any] = {"chain": chain, "spent": STEP, "retried": expression(RETRIED)}
    site = resume.site if resume is not None else None
    if site is not None and isinstance(site.shape, ActivityShape):
        made["spent"] += STEP + _attempts(site.shape)  # its Task died, or its Lambda left the Python to this one
    gather = _begun_with(resume)
    if gather is not None:
        made["each"] = _each(gather)
    return {"history": made}


def _begun_with(resume: Resume | None) -> GatherShape | None:
    """The gather that the scope began with and no Lambda has decided on, if the step begins anew."""
    while resume is not None and resume.via is not None:
        if resume.site is not None and isinstance(resume.site.shape, GatherShape):
            return resume.site.shape
        resume = resume.via
    return None


def _each(gather: GatherShape) -> int:
    """The events of one activity of a Map; 0 if helpers are mapped, which have a share of what there is."""
    shapes = [one for branch in gather.branches for one in branch]
    if any(isinstance(shape, HelperShape) for shape in shapes):
        return 0
    return ITERATION + TASK + max(map(_attempts, shapes))


def _attempts(shape: Shape) -> int:
    """The events of all attempts but one."""
    if not isinstance(shape, ActivityShape) or shape.retry is None:
        return 0
    return ATTEMPT * (shape.retry.attempts - 1)


def given_input(machine: "Machine") -> str:
    """The input of the run as an expression, which fails in a successor."""
    return unless_resumed(machine, INPUT)


def unless_resumed(machine: "Machine", found: str) -> str:
    """What the expression ``found`` gives in the first execution of a run; in a successor it fails."""
    return f'$exists({_GIVEN}.resume) ? $error("a run goes on") : {found}' if machine.chains else found


def resumed(machine: "Machine") -> list[State]:
    """What the first state of an execution does in a successor."""
    if not machine.chains or machine.depth:
        return []
    to = machine.state(RESUME, RESUME, lambda: resume(machine))
    return [{"ErrorEquals": [LARGE], "Next": to}]


def resume(machine: "Machine", aparts: Iterable["Machine"] = ()) -> State:
    """The Choice that goes on at the label where the execution before had ended, in the orchestrator or a branch."""
    labels = [(label, label, machine) for label in machine.ends if label != RETURN]
    for each in aparts:
        labels += [(f"{each.scope.root} {label}", label, each) for label in each.ends if label != RETURN]
    if not labels:  # none is known yet
        return {"Type": "Fail"}
    given = f"{_GIVEN}.resume"
    assign = {machine.variable(name): expression(f"{given}.{name}") for name in ("state", "call")}
    rules = [
        {
            "Condition": expression(f"{given}.to = {literal(to)}"),
            "Assign": assign,
            "Next": at.goto(label),
        }
        for to, label, at in labels[:-1]
    ]
    _to, label, at = labels[-1]
    last = at.goto(label)
    if not rules:
        return {"Type": "Pass", "Assign": assign, "Next": last}
    return {"Type": "Choice", "Choices": rules, "Assign": assign, "Default": last}


def continuing(machine: "Machine", labels: tuple[str, ...]) -> list[State]:
    """What becomes of a Lambda that finds the history too long for what comes next."""
    if not machine.chains or (set(labels) <= {RETURN} and not machine.target.renews):
        return []
    inner = machine.depth or machine.apart
    to = go_apart(machine) if inner else go_on(machine)
    return [{"ErrorEquals": [CONTINUE], "Assign": {machine.variable("next"): expression(REPORT)}, "Next": to}]


def go_on(machine: "Machine") -> str:
    """The first of the states that start the successor, which the variable ``next`` describes."""
    return machine.state("continue", "continue", lambda: _point(machine))


def _point(machine: "Machine") -> State:
    made = write_successor(f"{machine.var('next')}.name")
    successor = machine.state("successor", "successor", lambda: _start(machine))
    return {**made, "Retry": _RETRY[1:], "Next": successor}


def _start(machine: "Machine") -> State:
    """Start the successor, once; the output of this execution says which one it is."""
    begun = machine.var("next")
    arguments = {
        "StateMachineArn": expression("$states.context.StateMachine.Id"),
        "Name": expression(f"{begun}.name"),
        "Input": expression(f'$merge([{begun}.next, {{"before": $states.context.Execution.Id}}])'),
    }
    marker = {CONTINUED: expression(f"{begun}.name")}
    done = machine.state("continued", "continued", lambda: {"Type": "Succeed"})
    return {
        "Type": "Task",
        "Comment": "goes on in a new execution",
        "Resource": START_EXECUTION,
        "Arguments": arguments,
        "Retry": _RETRY,
        "Catch": [{"ErrorEquals": list(_EXISTS), "Output": marker, "Next": done}],
        "Output": marker,
        "End": True,
    }


def complete(machine: "Machine") -> dict[str, State]:
    """Every state of an orchestrator, with those of its branches that go on in executions of their own."""
    aparts: dict[str, Machine] = {}
    while True:
        machine.finish()
        for each in aparts.values():
            each.finish()
        before = sum(len(each.ends) for each in (machine, *aparts.values()))
        for inner in _inside(machine, *aparts.values()):
            at = aparts.get(inner.scope.root) or inner.set_apart()
            aparts[inner.scope.root] = at
            at.ends |= inner.ends
            at.scope.sites.update(inner.scope.sites)
        if RESUME not in machine.names:
            return machine.states
        machine.states[machine.names[RESUME]] = resume(machine, aparts.values())
        pending = any(each.pending for each in (machine, *aparts.values()))
        if not pending and before == sum(len(each.ends) for each in (machine, *aparts.values())):
            break
    machine.aside = list(aparts.values())
    return machine.states | {name: state for each in aparts.values() for name, state in closed(each).items()}


def _inside(*machines: "Machine") -> Iterator["Machine"]:
    """The machines of helpers that are branches, at any depth, and may go on in an execution of their own."""
    for machine in machines:
        for inner in machine.inside:
            if inner.scope is not machine.scope and not set(inner.ends) <= {RETURN}:
                yield inner
            yield from _inside(inner)
