"""One scope as a state machine: a state per await, joined by what each step may lead to.

    0: await charge(order) -> r;  1: await ship(r)        charge -> ship -> End

The Python between two awaits runs in the Lambda of the activity before it (``after``), in that of the activity after it
(``before``) where only that one can follow, or in a compute step of the orchestrator's own Lambda (``then``).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, final

from portable_faas.ir import (
    ActivityShape,
    GatherShape,
    HelperShape,
    Program,
    SelectShape,
    Shape,
    StatusShape,
    TimerShape,
)
from portable_faas_aws.lowering.ahead import Ahead
from portable_faas_aws.lowering.asl import PAYLOAD, REPORT, State, expression, invoke, literal
from portable_faas_aws.lowering.beginning import begin, begin_exits, unless_nothing
from portable_faas_aws.lowering.chain import complete, continuing, counting, given_input, resumed
from portable_faas_aws.lowering.children import is_child, told
from portable_faas_aws.lowering.counting import RETRIED, counted, is_counted
from portable_faas_aws.lowering.dynamic import again, decide
from portable_faas_aws.lowering.endings import report
from portable_faas_aws.lowering.fanout import fan_out, won
from portable_faas_aws.lowering.folding import returned_at_once
from portable_faas_aws.lowering.looping import LOOP, one_by_one
from portable_faas_aws.lowering.passing import status, wait
from portable_faas_aws.lowering.placement import Placement
from portable_faas_aws.lowering.policy import counts, retriers, silent
from portable_faas_aws.lowering.renewing import renewing
from portable_faas_aws.lowering.resume import AFTER, BEGIN, RECOVER, Resume
from portable_faas_aws.lowering.riding import riding
from portable_faas_aws.lowering.sites import Exits, Scope, Site
from portable_faas_aws.lowering.stateful import stateful
from portable_faas_aws.lowering.suspending import paused_after, pausing
from portable_faas_aws.lowering.target import Target, target_of
from portable_faas_aws.lowering.titles import title
from portable_faas_aws.runtime.ends import DYNAMIC, RETURN, SLOWLY, TO
from portable_faas_aws.runtime.failures import CRASHED, TIMED_OUT


@final
@dataclass
class Machine:
    """The states of one scope under construction. ``depth`` counts the maps around it.

    ``keeps``: whether a failure of the scope is its result (``return_exceptions``), None if only the run knows;
    ``branch``: what the first step of a branch is given.
    ``inside`` are the machines of its branches, ``ends`` the labels that its Lambdas may end at.
    ``apart``: it is a branch that goes on in an execution of its own; ``aside`` are those of the orchestrator.
    ``races``: it is a branch of a race, which its end ends; ``collects``: of a `first`, whose call it is.
    """

    target: Target
    scope: Scope
    depth: int = 0
    keeps: bool | None = False
    states: dict[str, State] = field(default_factory=dict)
    names: dict[Any, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)
    branch: Any = None
    pending: list[tuple[str, Callable[[], State]]] = field(default_factory=list)
    inside: list["Machine"] = field(default_factory=list)
    ends: dict[str, None] = field(default_factory=dict)
    apart: bool = False
    races: bool = False
    collects: str = ""
    aside: list["Machine"] = field(default_factory=list)

    @property
    def chains(self) -> bool:
        """Whether a Lambda of the scope may end the execution so that the run goes on in another one."""
        return self.target.chains

    @cached_property
    def run_ahead(self) -> Ahead:
        """What the Lambdas of the scope run on from."""
        return Ahead(self.scope, self.target.placement, self.keeps)

    # names

    def variable(self, name: str) -> str:
        """A variable of this scope; an inner one may not assign an outer one."""
        return f"{name}{self.depth}" if self.depth else name

    def var(self, name: str) -> str:
        """The same as JSONata."""
        return f"${self.variable(name)}"

    def state(self, key: Any, name: str, make: Callable[[], State]) -> str:
        """The name of the state for ``key``, made when it is first asked for."""
        if key not in self.names:
            self.names[key] = self.unique(name)
            self.states[self.names[key]] = {}
            self.pending.append((self.names[key], make))
        return self.names[key]

    def finish(self) -> dict[str, State]:
        """Make every state that is asked for by now or by another one; a queue, so that no program is too long."""
        while self.pending:
            name, make = self.pending.pop(0)
            made = pausing(self, name, renewing(self, make()))
            if not is_counted(made):
                self.states[name] = made
                continue
            later, copy = self.unique(f"{name} later"), self.unique(f"{name} after a fault")
            self.states |= counted(made, (name, later, copy), self.variable("tried"))
            self.names |= {("later", name): later, ("fault", name): copy}
        return self.states

    def unique(self, name: str) -> str:
        """``name``, with a number where it is taken; at most the 80 characters that a state's name may have."""
        name, number = name[:72], 1
        found = name
        while found in self.taken:
            number += 1
            found = f"{name} ({number})"
        self.taken.add(found)
        return found

    # where to go

    def enter(self, resume: Resume) -> str:
        """The state that goes on from ``resume``."""
        begun = begin(self, resume)
        if begun is not None:
            return begun
        exits = self.exits(resume)
        rider = self.rider(resume, exits)
        if rider is not None:
            make = lambda: unless_nothing(self, rider, resume, self.task(rider, resume, exits))  # noqa: E731
            return self.state((rider.label, resume), self.title(rider), make)
        return self.state(resume, self.step_name(resume), lambda: self.compute(resume, exits))

    def exits(self, resume: Resume) -> Exits:
        """Where the step from ``resume`` may end."""
        if resume.site is None:
            return begin_exits(self, resume)
        return self.scope.recover(resume.site) if resume.how == RECOVER else self.scope.after(resume.site)

    def rider(self, resume: Resume, exits: Exits) -> Site | None:
        """The activity in whose Lambda the step may run before it."""
        first = resume.how == BEGIN and self.depth == 0
        found = riding(self.scope, self.target.placement, resume, exits, first)
        return found if isinstance(found, Site) else None

    def step_name(self, resume: Resume) -> str:
        """The name of a compute step."""
        if resume.site is None:
            return "begin"
        return f"{'recover from' if resume.how == RECOVER else 'after'} {self.title(resume.site)}"

    def title(self, site: Site) -> str:
        """What a site is called."""
        return title(site)

    def goto(self, label: str) -> str:
        """The state of a site whose call has been prepared."""
        if label == RETURN:
            return self.state(RETURN, "Return", lambda: won(self) if self.races else {"Type": "Succeed"})
        if label.endswith(SLOWLY):
            return self.slowly(self.scope.sites[label.removesuffix(SLOWLY)])
        site = self.scope.sites[label]
        match site.shape:
            case ActivityShape(name=name) if self.run_ahead.loops(site):
                return self.state((label, LOOP), f"{name} in turn", lambda: one_by_one(self, site))
            case ActivityShape():
                return self.state((label, None), self.title(site), lambda: self.task(site, None, None))
            case TimerShape():
                return self.state(label, self.title(site), lambda: wait(self, site, self.run_ahead.runs_from(site)))
            case StatusShape():
                return self.state(label, self.title(site), lambda: status(self, site, self.run_ahead.runs_from(site)))
            case GatherShape() as shape:
                return self.state(label, self.title(site), lambda: self.gather(site, shape))
            case _:
                return self.state(label, self.title(site), lambda: stateful(self, site))

    # what comes after a state whose Lambda says where the step ended

    def lead(self, state: State, labels: tuple[str, ...]) -> State:
        """Go to the state of each label that the step may have ended at."""
        self.ends |= dict.fromkeys(labels)
        if labels == (RETURN,):
            return self.close(state, self.returned(f"{PAYLOAD}.call"))
        if not labels:  # it always fails
            return {**state, "End": True}
        assign = {self.variable(name): expression(f"{PAYLOAD}.{name}") for name in ("state", "call")}
        if len(labels) == 1:
            return {**state, "Assign": assign, "Next": self.goto(labels[0])}
        output = {"to": expression(f"{PAYLOAD}.to")}
        choice = self.state(labels, "where to", lambda: self.choice(labels))
        return {**state, "Assign": assign, "Output": output, "Next": choice}

    def close(self, state: State, output: str) -> State:
        """The end of the scope after ``state``, with what an expression gives."""
        made = {**state, "Output": expression(output)}
        return {**made, "Next": self.goto(RETURN)} if self.races else {**made, "End": True}

    def close_branch(self, state: State, output: str, given: str = "$states.input") -> State:
        """The same for a branch that is no helper, of which only the machine knows its place in a race."""
        return self.close(state, f'$merge([{output}, {{"index": {given}.index}}])' if self.races else output)

    def choice(self, labels: tuple[str, ...]) -> State:
        """A Choice between the places where a step may end."""
        rules = [self.rule(label) for label in labels[:-1]]
        last = self.rule(labels[-1])
        made: State = {"Type": "Choice", "Choices": rules, "Default": last["Next"]}
        return {**made, "Output": last["Output"]} if "Output" in last else made

    def rule(self, label: str) -> State:
        """One rule of a Choice."""
        made: State = {"Condition": expression(f"$states.input.to = {literal(label)}"), "Next": self.goto(label)}
        if label == RETURN:
            made["Output"] = expression(self.returned(self.var("call")))
        return made

    def returned(self, call: str) -> str:
        """What the scope gives: the text of the result, or for a branch an object that says so."""
        return call if self.depth or self.apart else f"{call}.value"

    def slowly(self, site: Site) -> str:
        """The state of what the Lambda before it met an exception after, when it ran ahead."""
        if isinstance(site.shape, ActivityShape):
            name = f"{self.title(site)} one by one"
            return self.state((site.label, SLOWLY), name, lambda: self.task(site, None, None))
        make = wait if isinstance(site.shape, TimerShape) else status
        return self.state((site.label, SLOWLY), self.title(site), lambda: make(self, site, False))

    def catchers(self, labels: tuple[str, ...], ahead: Iterable[str] = ()) -> list[State]:
        """How a step that ended at ``label`` after an error goes on: the Lambda fails with the label as its error."""
        slow = [label + SLOWLY for label in ahead]
        return [self.catcher(label) for label in (*labels, *slow)]

    def catcher(self, label: str) -> State:
        """One of them."""
        self.ends[label] = None
        made: State = {"ErrorEquals": [TO + label], "Next": self.goto(label)}
        if label == RETURN:
            return {**made, "Output": expression(self.returned(f"{REPORT}.call"))}
        return {**made, "Assign": {self.variable(n): expression(f"{REPORT}.{n}") for n in ("state", "call")}}

    # states

    def payload(self, **parts: Any) -> dict[str, Any]:
        """What every Lambda of ours is given."""
        execution = "$states.context.Execution"
        return {
            "scope": self.scope.root,
            "id": expression(f"{execution}.Input.id"),
            "key": expression(f"{execution}.Input.key"),
            "at": expression("$states.context.State.EnteredTime"),
            **self.target.given,
            **parts,
        }

    def given(self, resume: Resume) -> dict[str, Any]:
        """What the step from ``resume`` is given."""
        if resume.site is None:
            if self.depth == 0:
                started = expression("$states.context.Execution.StartTime")
                return {"begin": {"input": expression(given_input(self)), "at": started}}
            return {"branch": self.branch}
        state = expression(self.var("state"))
        grouped = isinstance(resume.site.shape, GatherShape | SelectShape) and self.target.waits
        group = {"group": True} if grouped else {}
        if resume.via is not None and resume.how == AFTER:
            quiet = isinstance(resume.site.shape, StatusShape)
            outcome = {"value": "null"} if quiet else expression(self.var("call") + ".outcome")
            return {**self.given(resume.via), "passed": resume.site.label, "outcome": outcome}
        if resume.via is not None:
            lost = {"lost": resume.site.label, "failed": expression(self.var("failed")), **self.once(resume.site)}
            return {**self.given(resume.via), **lost}
        if resume.how == RECOVER:
            failed = {"failed": expression(self.var("failed"))}
            return {"state": state, "outcome": failed, **group, **self.once(resume.site)}
        if isinstance(resume.site.shape, TimerShape | StatusShape):
            return {"state": state, "outcome": {"value": "null"}}
        return {"state": state, "outcome": expression(self.var("call") + ".outcome"), **group}

    def once(self, site: Site) -> dict[str, Any]:
        """What tells a Lambda that the end of the activity is written down before anything comes of it."""
        return {"once": True} if self.run_ahead.settles(site) else {}

    def compute(self, resume: Resume, exits: Exits) -> State:
        """A compute step: the orchestrator's own Lambda runs the Python."""
        labels = exits.all if resume.how == RECOVER else exits.normal
        ends = self.run_ahead.joined(self.ending(labels, exits))
        ahead = self.run_ahead.after(exits.all)
        payload = self.payload(**self.given(resume), next=list(ends), **({"ahead": ahead} if ahead else {}))
        payload |= counting(self, resume)
        made = invoke(self.target.orchestrator, payload, f"Python of {self.scope.lines(exits)}")
        made["Retry"] = retriers(None)
        errors = () if resume.how == RECOVER else exits.errors
        if resume.how == RECOVER and resume.site is not None and self.once(resume.site):  # it may have succeeded
            errors = tuple(label for label in self.scope.after(resume.site).all if label not in labels)
        catch = self.catchers(errors, [label for label in exits.all if label in ahead])
        catch += [*continuing(self, exits.all), *(resumed(self) if resume.how == BEGIN else [])]
        if catch:
            made["Catch"] = catch
        self.ends |= dict.fromkeys(labels)
        return self.lead(made, ends)

    def ending(self, labels: tuple[str, ...], exits: Exits) -> tuple[str, ...]:
        """The labels a step may end at; a branch that keeps errors returns them."""
        if exits.raises and self.keeps is not False and RETURN not in labels:
            return (*labels, RETURN)
        return labels

    def task(self, site: Site, resume: Resume | None, before: Exits | None) -> State:
        """An activity, with the Python before it where that rides along, and the Python after it."""
        assert isinstance(site.shape, ActivityShape)
        after = self.scope.after(site)
        if not self.target.placement.after:
            return self.bare(site)
        labels = dict.fromkeys(after.normal)
        errors = dict.fromkeys((*after.errors, *self.scope.recover(site).errors))
        if before is not None and resume is not None:
            labels.update(dict.fromkeys(label for label in before.normal if label != site.label))
            errors.update(dict.fromkeys(label for label in before.errors if label != site.label))
        every = self.ending(tuple(labels), after)
        normal = self.run_ahead.joined(every)
        caught = tuple(label for label in errors if label not in every)
        given = self.given(resume) if resume is not None else self.prepared()
        ahead = self.run_ahead.after((*every, *caught))
        given = {**given, **self.once(site)}
        payload = self.payload(**given, site=site.label, next=list(normal), **({"ahead": ahead} if ahead else {}))
        anew = resume is not None and (resume.how == RECOVER or resume.via is not None)
        made = self.activity(site, payload | counting(self, resume if anew else None))
        catch = [
            *self.catchers(caught, [label for label in (*every, *caught) if label in ahead]),
            *continuing(self, (*every, *caught)),
            *(resumed(self) if resume is not None and resume.how == BEGIN else []),
            *paused_after(self, site),
            *self.unreported(site, resume),
        ]
        self.ends |= dict.fromkeys(every)  # a successor goes there without the loop over nothing before it
        return self.lead({**made, "Catch": catch}, normal)

    def prepared(self) -> dict[str, Any]:
        """A call that the step before has prepared."""
        return {"state": expression(self.var("state")), "call": expression(self.var("call"))}

    def activity(self, site: Site, payload: dict[str, Any]) -> State:
        """The Task of an activity, without what comes after it."""
        shape = site.shape
        assert isinstance(shape, ActivityShape)
        if not shape.known:
            payload = {**payload, "dynamic": True}
        made = invoke(shape.name, payload, f"line {site.line}")
        if not shape.known:
            timeout = self.var("call") + ".timeout"
            made["TimeoutSeconds"] = expression(f"{timeout} = null ? 900 : {timeout}")
        elif shape.timeout is not None:
            made["TimeoutSeconds"] = shape.timeout
        if counts(shape):
            made["Arguments"]["Payload"]["tried"] = expression(RETRIED)
        return {**made, "Retry": retriers(shape)}

    def bare(self, site: Site) -> State:
        """An activity alone; the Python after it is a compute step."""
        assert isinstance(site.shape, ActivityShape)
        made = self.activity(site, self.payload(**self.prepared(), site=site.label))
        made["Assign"] = {self.variable("call"): {"outcome": {"value": expression(f"{PAYLOAD}.value")}}}
        made["Next"] = self.enter(Resume(AFTER, site))
        everything = site.shape.known and self.recoverable(site)
        made["Catch"] = [self.failed(site, ["States.ALL"])] if everything else self.unreported(site)
        return made

    # failures

    def recoverable(self, site: Site) -> bool:
        """Whether anything has to be done about a failure of ``site``: by the program, or to end children."""
        closes = self.target.parent and isinstance(site.shape, GatherShape | SelectShape)
        return closes or self.run_ahead.recoverable(site)

    def unreported(self, site: Site, via: Resume | None = None) -> list[State]:
        """What becomes of failures that the Lambda could not go on from itself."""
        shape = site.shape
        assert isinstance(shape, ActivityShape)
        if not shape.known:
            retry: State = {"ErrorEquals": [DYNAMIC], "Assign": {self.variable("call"): expression(f"{REPORT}.call")}}
            retry["Next"] = self.state(("again", site.label), f"{shape.name} again", lambda: again(self, site))
            assign = {self.variable("failed"): self.failure(site)}
            return [retry, {"ErrorEquals": [*TIMED_OUT, *CRASHED], "Assign": assign, "Next": decide(self, site)}]
        if self.recoverable(site):
            return [self.failed(site, silent(), via)]
        return [self.ended(site, list(TIMED_OUT)), self.ended(site, list(CRASHED))]

    def failed(self, site: Site, errors: list[str], via: Resume | None = None) -> State:
        """Catch a failure and go on where the program handles it."""
        made: State = {"ErrorEquals": errors, "Assign": {self.variable("failed"): self.failure(site)}}
        if self.depth and via is not None and via.how == BEGIN:  # the branch begins anew from what it was given
            made["Output"] = expression("$states.input")
        return {**made, "Next": self.enter(Resume(RECOVER, site, via))}

    def failure(self, site: Site) -> dict[str, Any]:
        """What the run time makes the exception from."""
        failed: dict[str, Any] = {
            "error": expression("$states.errorOutput.Error"),
            "cause": expression("$states.errorOutput.Cause"),
        }
        if isinstance(site.shape, ActivityShape):
            failed["activity"] = site.shape.name
            if not site.shape.known:
                failed["call"] = expression(self.var("call"))
            else:
                failed["timeout"] = site.shape.timeout
        return failed

    def ended(self, site: Site, errors: list[str]) -> State:
        """Catch a failure that nothing handles, and fail with the name and text it has on every engine."""
        assert isinstance(site.shape, ActivityShape)
        name, cause = report(site.shape, errors[0])
        assign = {self.variable("failed"): {"error": name, "cause": cause}}
        return {"ErrorEquals": errors, "Assign": assign, "Next": self.state("fail", "Fail", self.fail)}

    def fail(self) -> State:
        """The end of a scope by a failure that no Lambda reported."""
        failed = self.var("failed")
        return {"Type": "Fail", "Error": expression(f"{failed}.error"), "Cause": expression(f"{failed}.cause")}

    # other sites

    def gather(self, site: Site, shape: GatherShape) -> State:
        """A fan-out."""
        outermost = self.target.placement.fold and not self.depth and not self.apart
        folds = returned_at_once(self.scope, site) if outermost else None
        made = fan_out(self, shape, self.var("call"), site.line, wire=folds is not None)
        if self.recoverable(site):
            made["Catch"] = [self.failed(site, ["States.ALL"])]
        return self.gathered(made, site, folds, None)

    def gathered(self, made: State, site: Site, folds: str | None, via: Resume | None) -> State:
        """What comes after a fan-out; ``folds``: the expression of the output, if it needs no Python."""
        if folds is not None:
            return {**made, "Output": expression(folds), "End": True}
        made["Assign"] = {self.variable("call"): {"outcome": {"all": expression("$states.result")}}}
        return {**made, "Next": self.enter(Resume(AFTER, site, via))}

    def inner(self, shape: Shape, keeps: bool | None, races: bool = False, call: str = "") -> "Machine":
        """The scope of a branch."""
        scope = (
            Scope(self.target.program, shape.flow, self.target.shorts, self.scope.under_way)
            if isinstance(shape, HelperShape)
            else self.scope
        )
        self.inside.append(
            Machine(self.target, scope, self.depth + 1, keeps, taken=self.taken, races=races, collects=call)
        )
        return self.inside[-1]

    def set_apart(self) -> "Machine":
        """The scope of a branch as the states of an execution of its own."""
        return Machine(self.target, self.scope, 0, None, taken=self.taken, apart=True)


def machine(program: Program, orchestrator: str, placement: Placement) -> dict[str, Any]:
    """The definition of the state machine of one orchestrator."""
    return lowered(program, orchestrator, placement)[1]


def lowered(program: Program, orchestrator: str, placement: Placement) -> tuple[Machine, dict[str, Any]]:
    """The same, with the machine that it was made by, which knows what each state is for."""
    shorts = program.shorts()
    key = dict(program.orchestrators)[orchestrator]
    scope = Scope(program, key, shorts)
    target = target_of(program, orchestrator, scope, placement)
    made = Machine(target, scope)
    start = made.enter(Resume(BEGIN))
    states = complete(made)
    if is_child(program, orchestrator):
        states = told(made, states)
    flow = program.flow(key)
    return made, {
        "Comment": f"{orchestrator}, line {flow.line} of {flow.module}",
        "QueryLanguage": "JSONata",
        "StartAt": start,
        "States": states,
    }
