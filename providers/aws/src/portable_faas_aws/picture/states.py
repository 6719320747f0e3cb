"""The picture of a state machine: its states and transitions as they are, each with the note of why it is there.

{"charge": {"Next": "ship", ...}, ...}  ->  Graph("charge", (Node("charge"), ...), (Edge("charge", "ship"), ...))
"""

from collections.abc import Iterator
from typing import Any, Final

from portable_faas.compiler.sections import sections
from portable_faas.ir import GatherShape, Program
from portable_faas.picture import Branch, Cost, Edge, Graph, Node, Picture, Place
from portable_faas_aws.lowering.asl import INVOKE, State
from portable_faas_aws.lowering.folding import LARGE, NOTHING
from portable_faas_aws.lowering.machine import Machine, lowered
from portable_faas_aws.lowering.placement import DEFAULT, Placement
from portable_faas_aws.lowering.policy import TRANSIENT
from portable_faas_aws.picture.note import Note, note
from portable_faas_aws.runtime.ends import AGAIN, CONTINUE, DYNAMIC, TO
from portable_faas_aws.runtime.failures import CRASHED, TIMED_OUT

UNITS: Final = ("transitions", "lambda_invocations")
# The two kinds of states that are made for no key.
UNKEYED: Final = {
    "Choice": Note("choice", "which of the calls the branch makes"),
    "Task": Note("python", "fails, since what is gathered or mapped makes no call"),
}
CAUSES: Final = {
    "last attempt failed": (AGAIN,),
    "out of time": TIMED_OUT,
    "crashed": CRASHED,
    "fault of the platform": TRANSIENT,
    "another attempt": (DYNAMIC,),
    "input in S3, or a run that goes on": (LARGE,),
    "history nearly full": (CONTINUE,),
    "failed": ("States.ALL",),
}


def picture(program: Program, orchestrator: str, placement: Placement = DEFAULT) -> Picture:
    """The picture of one orchestrator."""
    machine, definition = lowered(program, orchestrator, placement)
    graph = _graph(definition, dict(_notes(machine)))
    return Picture(orchestrator, "aws", UNITS, sections(program, orchestrator), graph)


def _notes(machine: Machine) -> Iterator[tuple[str, Note]]:
    for key, name in machine.names.items():
        yield name, note(machine, key)
    for inner in (*machine.inside, *machine.aside):
        yield from _notes(inner)


def _graph(definition: dict[str, Any], notes: dict[str, Note], around: Place | None = None) -> Graph:
    states: dict[str, State] = definition["States"]
    nodes = tuple(_node(name, state, notes, around) for name, state in states.items())
    edges = tuple(edge for name, state in states.items() for edge in _edges(name, state))
    return Graph(definition["StartAt"], nodes, edges)


def _node(name: str, state: State, notes: dict[str, Note], around: Place | None) -> Node:
    known = notes[name] if name in notes else UNKEYED[state["Type"]]
    if known.place is None and known.shape is not None:  # what a gather calls stands at the line of the gather
        known = known._replace(place=around)
    branches = tuple(_branches(state, known, notes))
    # A Task whose step always raises is the end as well, but gives no output.
    ends = state["Type"] == "Succeed" or ("End" in state and "Output" in state)
    ends = ends and not known.spare  # where a run goes on elsewhere it has no result yet
    return Node(name, known.kind, known.does, known.place, known.pieces, _cost(state), branches, ends, known.spare)


def _branches(state: State, known: Note, notes: dict[str, Note]) -> Iterator[Branch]:
    if "ItemProcessor" in state:
        shape = known.shape
        fixed = isinstance(shape, GatherShape) and not shape.spread
        times = len(shape.branches) if isinstance(shape, GatherShape) and fixed else None
        yield Branch(_graph(state["ItemProcessor"], notes, known.place), times)
    for branch in state.get("Branches", ()):
        yield Branch(_graph(branch, notes, known.place), 1)


def _cost(state: State) -> Cost:
    """Every state that is entered is a transition (aws.amazon.com/step-functions/pricing)."""
    return (("transitions", 1), ("lambda_invocations", 1 if state.get("Resource", "").startswith(INVOKE) else 0))


def _edges(name: str, state: State) -> Iterator[Edge]:
    if "Next" in state:
        yield Edge(name, state["Next"])
    for rule in state.get("Choices", ()):
        yield Edge(name, rule["Next"])
    if "Default" in state:
        yield Edge(name, state["Default"])
    caught: dict[str, dict[str, None]] = {}
    for catcher in state.get("Catch", ()):
        found = (
            ["empty list, or a run that goes on"]
            if _is_guarded(state, catcher)
            else list(_causes(catcher["ErrorEquals"]))
        )
        caught.setdefault(catcher["Next"], {}).update(dict.fromkeys(found))
    for target, causes in caught.items():
        yield Edge(name, target, ", ".join(causes), error=True)


def _is_guarded(state: State, catcher: State) -> bool:
    """Whether it leads on from a Task that is not carried out for a loop over nothing."""
    return catcher["ErrorEquals"] == [LARGE] and NOTHING in str(state.get("Arguments"))


def _causes(errors: list[str]) -> Iterator[str]:
    if any(error.startswith(TO) for error in errors):
        yield "exception"
    for cause, names in CAUSES.items():
        if set(names) & set(errors):
            yield cause
