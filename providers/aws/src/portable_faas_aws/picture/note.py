"""What a state of a machine is for: read from what the lowering keeps, not from the definition that it wrote.

("1:charge", Resume(BEGIN))  ->  Note("activity", "activity charge, up to 3 attempts", its line, the Python around it)
"""

from typing import Any, Final, NamedTuple, final

from portable_faas.ir import (
    ActivityShape,
    ChildShape,
    EntityShape,
    EventShape,
    GatherShape,
    HelperShape,
    LockShape,
    SelectShape,
    Shape,
    StatusShape,
    TimerShape,
)
from portable_faas.picture import Kind, Piece, Place
from portable_faas_aws.lowering.beginning import AT_ONCE, MAPPED
from portable_faas_aws.lowering.looping import LOOP
from portable_faas_aws.lowering.machine import Machine
from portable_faas_aws.lowering.resume import Resume
from portable_faas_aws.lowering.sites import Site
from portable_faas_aws.picture.piece import around, folded, own_step
from portable_faas_aws.runtime.ends import RETURN, SLOWLY


@final
class Note(NamedTuple):
    """What the picture says of a state, but for what its definition says."""

    kind: Kind
    does: str
    place: Place | None = None
    pieces: tuple[Piece, ...] = ()
    shape: Shape | None = None
    spare: bool = False


FIXED: Final[dict[str, Note]] = {
    RETURN: Note("end", "the orchestrator returns"),
    "fail": Note("failure", "fails with the error that no Lambda of the program could report"),
    "kept": Note("end", "the failure is the result of the branch"),
    "resume": Note("choice", "in a new execution of a run: goes on where the one before had ended", spare=True),
    "continue": Note("pause", "the history is nearly full: the row names the execution that follows", spare=True),
    "successor": Note("end", "starts the execution in which the run goes on", spare=True),
    "continued": Note("end", "the execution that follows has been started before", spare=True),
    "apart": Note(
        "gather", "the branch goes on in an execution of its own, since this history has no room", spare=True
    ),
    "ended": Note("choice", "whether the branch has failed in its own execution", spare=True),
    "lost": Note("end", "the failure is the output of the branch's own execution", spare=True),
    "waiting value": Note("choice", "whether another instance waits for this one", spare=True),
    "tell value": Note("python", "tells the instance that waits for the result", spare=True),
    "end value": Note("end", "the end of the run"),
    "waiting failed": Note("choice", "whether another instance waits for this one, which has failed", spare=True),
    "tell failed": Note("python", "tells the instance that waits for the failure", spare=True),
    "end failed": Note("failure", "fails with the error of the program"),
    "collected": Note("python", "notes the end of the branch, and whether that was enough of them"),
    "keeps?": Note("choice", "whether the gather keeps errors, which only a run knows"),
}
BRANCHES: Final[dict[str, tuple[Kind, str]]] = {
    "took": ("python", "the event of the branch"),
    "free": ("pause", "waits until nobody else holds the entity"),
}
PLAIN: Final[dict[type[Shape], tuple[Kind, str]]] = {
    TimerShape: ("timer", "durable timer"),
    StatusShape: ("status", "writes the custom status, without a Lambda"),
    SelectShape: ("gather", "the first to end wins, and the rest is abandoned"),
    EntityShape: ("python", "an operation on an entity"),
    EventShape: ("pause", "waits for an external event"),
}
WHERE_TO: Final = Note("choice", "goes where the Lambda before it said")
POLICY: Final[dict[str, tuple[Kind, str]]] = {
    "decide": ("python", "asks the policy, which only a run knows, about a time-out or a crash"),
    "decided": ("choice", "another attempt, or on with the failure"),
    "again": ("pause", "waits before the next attempt"),
}


def note(machine: Machine, key: Any) -> Note:
    """The note of the state that ``machine`` made for ``key``; ``LookupError`` for a key of an unknown kind."""
    match key:
        case Resume():
            return Note("python", "Python in a Lambda of its own", None, tuple(own_step(machine, key)))
        case str() if key in FIXED:
            return FIXED[key]
        case str() if key in machine.scope.sites:
            return _gathering(machine, machine.scope.sites[key], begin=False)
        case (str() as label, None | Resume() as resume):
            site = machine.scope.sites[label]
            return _site(machine, site)._replace(pieces=tuple(around(machine, site, resume)))
        case (ActivityShape() as shape) | (shape, str()) if isinstance(shape, Shape):
            return Note(*_shape(shape), shape=shape)
        case (EventShape() | EntityShape() as shape, str(), str() as what):
            return Note(*BRANCHES[what], shape=shape)
        case (str() as one, str() as other):
            return _of_two(machine, one, other)
        case tuple() if all(isinstance(label, str) for label in key):
            return WHERE_TO
    raise LookupError(f"no note for a state made for {key!r}")


def _of_two(machine: Machine, one: str, other: str) -> Note:
    """A state that something is said about besides its site, or the choice between two labels."""
    sites = machine.scope.sites
    if one in ("paused", "paused after"):
        return Note("pause", "waits until the instance is resumed, if it is suspended", spare=True)
    if one in ("later", "fault"):
        return _spare(machine, one, other)
    if one in POLICY and other in sites:
        return _policy(machine, one, sites[other])
    if other == MAPPED:
        return _gathering(machine, sites[one], begin=True)
    if other == AT_ONCE:
        return _site(machine, sites[one])
    if other == LOOP:
        made = _site(machine, sites[one])
        return made._replace(kind="gather", does=f"the calls of a loop, one after the other: {made.does}")
    if other == SLOWLY:
        made = _site(machine, sites[one])
        if isinstance(made.shape, ActivityShape):
            made = made._replace(pieces=tuple(around(machine, sites[one], None)))
        return made._replace(does=f"{made.does}, after which the Python runs that raised when it was run ahead")
    return WHERE_TO


def _spare(machine: Machine, what: str, name: str) -> Note:
    if what == "later":
        return Note("pause", "waits after a fault of the platform", spare=True)
    made = note(machine, next(key for key, known in machine.names.items() if known == name))
    return made._replace(does=f"{made.does}; again, after a fault of the platform", spare=True)


def _site(machine: Machine, site: Site) -> Note:
    key = site.frames[-1][0]
    return Note(*_shape(site.shape), Place(machine.target.program.flow(key).path, site.line), shape=site.shape)


def _gathering(machine: Machine, site: Site, begin: bool) -> Note:
    if isinstance(site.shape, EntityShape):  # its Lambda carries the operation out, if it need not wait
        kind, does = BRANCHES["free"]
        return _site(machine, site)._replace(kind=kind, does=does)
    pieces = tuple(folded(machine, site, begin)) if isinstance(site.shape, GatherShape) else ()
    return _site(machine, site)._replace(pieces=pieces)


def _policy(machine: Machine, what: str, site: Site) -> Note:
    kind, does = POLICY[what]
    return Note(kind, does, _site(machine, site).place)


def _shape(shape: Shape) -> tuple[Kind, str]:
    match shape:
        case ActivityShape():
            return "activity", f"activity {shape.name}{_terms(shape)}"
        case _ if type(shape) in PLAIN:
            return PLAIN[type(shape)]
        case GatherShape():
            at_most = ", at most so many at a time" if shape.limited else ""
            return "gather", f"side by side{at_most}"
        case LockShape(entities):
            return "pause", f"waits for a lock over {' and '.join(entities) or 'entities'}"
        case ChildShape(orchestrator):
            return "pause", f"orchestrator {orchestrator}, as an instance of its own"
        case HelperShape():
            raise LookupError(f"a helper has no state of its own: {shape.flow}")
        case _:
            raise LookupError(f"{shape} should have been refused")


def _terms(shape: ActivityShape) -> str:
    if not shape.known:
        return ", with a policy that only a run knows"
    attempts = f", up to {shape.retry.attempts} attempts" if shape.retry and shape.retry.attempts > 1 else ""
    return f"{attempts}{f', {shape.timeout} s each at most' if shape.timeout else ''}"
