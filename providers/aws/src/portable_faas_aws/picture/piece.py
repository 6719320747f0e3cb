"""The Python that runs in a state, and why it runs there: the lowering's own answers, asked again.

charge(order) at line 4    (Piece("before", lines 2-4, "only charge can follow"), Piece("after", lines 5-6, ...), ...)
"""

from collections.abc import Iterable, Iterator

from portable_faas.compiler.sections import places
from portable_faas.ir import StatusShape, TimerShape
from portable_faas.picture import Piece, Place, When
from portable_faas_aws.lowering.folding import mapped_at_once, returned_at_once
from portable_faas_aws.lowering.machine import Machine
from portable_faas_aws.lowering.resume import RECOVER, Resume
from portable_faas_aws.lowering.riding import riding
from portable_faas_aws.lowering.sites import Exits, Site

Blocks = Iterable[tuple[str, int]]


def own_step(machine: Machine, resume: Resume) -> Iterator[Piece]:
    """The pieces of a compute step."""
    exits = machine.exits(resume)
    why = _why(machine, resume, exits)
    if resume.how == RECOVER:
        yield from _piece(machine, "failure", exits.blocks, why)
    else:
        yield from _piece(machine, "here", exits.calm, why)
        yield from _raised(machine, exits)
    yield from _ahead(machine, exits.all)


def _why(machine: Machine, resume: Resume, exits: Exits) -> str:
    first = resume.site is None and machine.depth == 0
    forbidden = riding(machine.scope, machine.target.placement, resume, exits, first)
    if isinstance(forbidden, str) and not (resume.site is None and folds_begin(machine)):
        return _from(machine, resume) + forbidden
    return "the input is too large for an execution and lies in S3, where no Map can see the list in it"


def folds_begin(machine: Machine) -> bool:
    """Whether the scope begins with a Map over the input, without a Lambda."""
    return machine.target.placement.fold and not machine.depth and mapped_at_once(machine.scope) is not None


def folded(machine: Machine, site: Site, begin: bool) -> Iterator[Piece]:
    """The Python around a gather that is expressions of the Map itself."""
    why = "it only moves what is there already"
    if begin:
        yield from _piece(machine, "folded", machine.scope.begin().calm, why)
    outermost = machine.target.placement.fold and not machine.depth and not machine.apart
    if outermost and returned_at_once(machine.scope, site) is not None:
        yield from _piece(machine, "folded", machine.scope.after(site).calm, why)


def _from(machine: Machine, resume: Resume) -> str:
    """Why no Lambda that has run already took the step along."""
    site = resume.site
    if site is None:
        return "nothing runs before it that could take it along; "
    if resume.how == RECOVER:
        return "the activity ended without a word (time-out, crash, last attempt); "
    if isinstance(site.shape, TimerShape | StatusShape):
        forbidden = machine.run_ahead.why_not(site)
        if forbidden is None:
            return "what was run ahead raised an exception, which is raised again in its time; "
        return f"it is not run ahead of {machine.title(site)}: {forbidden}; "
    return f"{machine.title(site)} leaves no Lambda that could take it along; "


def around(machine: Machine, site: Site, resume: Resume | None) -> Iterator[Piece]:
    """The pieces of an activity: what rides before it and after it."""
    ends: list[str] = []
    if resume is not None:
        before = machine.exits(resume)
        blocks = before.blocks if resume.how == RECOVER else before.calm
        yield from _piece(machine, "before", blocks, "no other activity can follow")
        ends += before.all
    if not machine.target.placement.after:
        return
    after, failed = machine.scope.after(site), machine.scope.recover(site)
    yield from _piece(machine, "after", after.calm, "it runs anyway")
    both = Exits((), (), False, (*after.blocks, *failed.blocks), after.calm)
    yield from _raised(machine, both)
    yield from _ahead(machine, dict.fromkeys([*ends, *after.all, *failed.all]))


def _raised(machine: Machine, exits: Exits) -> Iterator[Piece]:
    blocks = [block for block in dict.fromkeys(exits.blocks) if block not in exits.calm]
    yield from _piece(machine, "failure", blocks, "it goes on where the exception is handled")


def _ahead(machine: Machine, labels: Iterable[str]) -> Iterator[Piece]:
    for label in machine.run_ahead.after(labels):
        site = machine.scope.sites[label]
        why = f"{machine.title(site)} gives nothing, so what follows it can be found out before it"
        yield from _piece(machine, "ahead", machine.scope.after(site).calm, why)


def _piece(machine: Machine, when: When, blocks: Blocks, why: str) -> Iterator[Piece]:
    found: dict[Place, None] = {}
    for key, at in blocks:
        flow = machine.target.program.flow(key)
        found.update(dict.fromkeys(places(flow, machine.scope.block(key, at))))
    if found:
        yield Piece(when, tuple(sorted(found)), why)
