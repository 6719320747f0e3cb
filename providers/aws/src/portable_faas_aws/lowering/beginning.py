"""Beginnings of an orchestrator that need no Lambda, because the input or the source says what comes first.

await ctx.set_status("started")         a state that writes the text; the Python after it begins anew and passes it
for line in order.lines: ...            where there are none, the Lambda of the loop's activity is not asked: the
                                        Arguments of its Task are an error, and a Catch leads to what comes after
await ctx.map(ship, order.lines)        a Map over the list in the input
"""

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from portable_faas.context.calls import SetStatus
from portable_faas.errors import NotPortable
from portable_faas.ir import Await, Block, Code, Each, End, GatherShape, Goto, Mapped, StatusShape
from portable_faas_aws.lowering.asl import State, expression, literal
from portable_faas_aws.lowering.chain import resumed, unless_resumed
from portable_faas_aws.lowering.fanout import fan_out_input
from portable_faas_aws.lowering.folding import LARGE, mapped_at_once, returned_at_once, unless_empty
from portable_faas_aws.lowering.resume import AFTER, BEGIN, Resume
from portable_faas_aws.lowering.riding import riding
from portable_faas_aws.lowering.row import write_status
from portable_faas_aws.lowering.sites import Exits, Scope, Site

if TYPE_CHECKING:
    from portable_faas_aws.lowering.machine import Machine

AT_ONCE: Final = "at once"
MAPPED: Final = "mapped"
EMPTY: Final = Resume(BEGIN, empty=True)


def begin(machine: "Machine", resume: Resume) -> str | None:
    """The state that a scope begins with, if it needs no Lambda."""
    if resume.how != BEGIN or not _may_fold(machine):
        return None
    at_once = mapped_at_once(machine.scope)
    if at_once is not None:
        site, mapped = at_once
        return machine.state((site.label, MAPPED), machine.title(site), lambda: _mapped(machine, site, mapped))
    found = constant_status(machine.scope, resume)
    if found is None:
        return None
    site, text = found
    return machine.state((site.label, AT_ONCE), machine.title(site), lambda: _status(machine, site, text, resume))


def begin_exits(machine: "Machine", resume: Resume) -> Exits:
    """Where the first step may end; if it rides with the loop that comes first, an empty one is an exception."""
    scope, whole = machine.scope, machine.scope.begin()
    loop = first_loop(scope) if _may_fold(machine) else None
    if loop is None:
        return whole
    found = scope.entered(loop.done if resume.empty else loop.body)
    rest = () if resume.empty else tuple(label for label in whole.all if label not in found.normal)
    exits = replace(found, errors=tuple(dict.fromkeys((*found.errors, *rest))), blocks=whole.blocks)
    rides = isinstance(riding(scope, machine.target.placement, resume, exits, True), Site)
    return exits if rides or resume.empty else whole


def unless_nothing(machine: "Machine", rider: Site, resume: Resume, task: State) -> State:
    """The Task that a scope begins with, but not for a loop over nothing, after which something else comes."""
    if resume != Resume(BEGIN) or not _may_fold(machine):
        return task
    loop = first_loop(machine.scope)
    if loop is None or loop.path is None or machine.rider(EMPTY, begin_exits(machine, EMPTY)) == rider:
        return task
    payload = task["Arguments"]["Payload"]
    given = {**payload["begin"], "input": expression(unless_resumed(machine, f"({unless_empty(loop.path)})"))}
    # A successor fails here as well, and again in the state for an empty list, which leads on to where it goes on.
    catch = {"ErrorEquals": [LARGE], "Next": machine.enter(EMPTY)}
    others = [each for each in task["Catch"] if each["ErrorEquals"] != [LARGE]]
    arguments = {**task["Arguments"], "Payload": {**payload, "begin": given}}
    return {**task, "Arguments": arguments, "Catch": [*others, catch]}


def _may_fold(machine: "Machine") -> bool:
    """Whether it begins with the execution's input, and steps may do without a Lambda."""
    return machine.target.placement.fold and not machine.depth and not machine.apart


def first_loop(scope: Scope) -> Each | None:
    """The loop over a list of the input that the scope comes to first."""
    end = _way(scope)[-1].end
    return end if isinstance(end, Each) and end.path is not None else None


def constant_status(scope: Scope, resume: Resume) -> tuple[Site, str] | None:
    """The status that the scope comes to without any Python that could fail, and its text."""
    way = _way(scope)
    loop = first_loop(scope) if resume.empty else None
    if loop is not None:
        way += _way(scope, loop.done)
    text = _status_text(way[-1].end)
    labels = (scope.begin() if loop is None else scope.entered(loop.done)).normal
    if text is None or len(labels) != 1 or not all(_is_quiet(code, loop) for block in way for code in block.body):
        return None
    return scope.sites[labels[0]], text


def _way(scope: Scope, at: int = 0) -> list[Block]:
    """The blocks from ``at`` on, up to one that does more than lead to the next."""
    blocks = [scope.block(scope.root, at)]
    while isinstance(blocks[-1].end, Goto):
        following = scope.block(scope.root, blocks[-1].end.to)
        if following in blocks:
            break
        blocks.append(following)
    return blocks


def _is_quiet(code: Code, loop: Each | None) -> bool:
    """Whether a statement can neither fail nor be noticed: a constant or empty display is bound to a name."""
    match ast.parse(code.text).body:
        case [ast.Assign(targets=[ast.Name(id=name)], value=ast.Call())]:
            return loop is not None and name == loop.iterator
        case [ast.Assign(targets=[ast.Name()]) | ast.AnnAssign(target=ast.Name()) as bound] if bound.value is not None:
            return isinstance(bound.value, ast.Constant) or ast.unparse(bound.value) in ("[]", "{}")
        case [ast.Pass() | ast.Expr(ast.Constant())]:
            return True
        case _:
            return False


def _status_text(end: End) -> str | None:
    """The JSON of `ctx.set_status("reserved")`, if that is what is awaited."""
    if not isinstance(end, Await) or end.shapes != (StatusShape(),):
        return None
    match ast.parse(end.operand.text, mode="eval").body:
        case ast.Call(func=ast.Attribute(attr="set_status"), args=[ast.Constant(value=value)], keywords=[]):
            try:
                return SetStatus(value).text()
            except NotPortable:  # raised by the program, in its time
                return None
    return None


# states


def _status(machine: "Machine", site: Site, text: str, resume: Resume) -> State:
    """The status that needs no Lambda; the Python after it begins anew, and passes it."""
    made = write_status(site.line, unless_resumed(machine, literal(text)))
    catch = resumed(machine)
    return {**made, **({"Catch": catch} if catch else {}), "Next": machine.enter(Resume(AFTER, site, resume))}


def _mapped(machine: "Machine", site: Site, mapped: Mapped) -> State:
    """A fan-out over a list of the input, without a step before it."""
    folds = returned_at_once(machine.scope, site)
    assert isinstance(site.shape, GatherShape)
    made = fan_out_input(machine, site.shape, mapped, site.line, wire=folds is not None)
    begun = Resume(BEGIN)
    exits = machine.scope.begin()
    slow = machine.state(begun, machine.step_name(begun), lambda: machine.compute(begun, exits))
    made["Catch"] = [{"ErrorEquals": [LARGE], "Next": slow}]
    if machine.recoverable(site):
        made["Catch"].append(machine.failed(site, ["States.ALL"], begun))
    return machine.gathered(made, site, folds, begun)
