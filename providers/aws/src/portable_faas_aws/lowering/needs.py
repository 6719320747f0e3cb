"""What each Lambda touches: read from the Tasks that call it, and from what their program awaits.

    Task {"begin": ...} of `charge`           charge: large values, which may be in whatever it is given
    Task {"listen": ...} of `approve`         approve: reads and writes rows, ends Tasks of `approve` by their tokens
    Task {"child": ...} of `download_all`     download_all: starts, looks for and stops instances, and all of the above

The parts are permissions of the manifest. What the run time does with each is told by its modules: `alone`, `outside`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple, final

from portable_faas.ir import (
    ChildShape,
    EntityShape,
    EventShape,
    GatherShape,
    LockShape,
    Program,
    ReleaseShape,
    SelectShape,
    Shape,
    StartShape,
)
from portable_faas.manifest import Part
from portable_faas_aws.lowering.asl import FUNCTION
from portable_faas_aws.lowering.children import shapes_of
from portable_faas_aws.lowering.reach import Reach
from portable_faas_aws.lowering.sites import locks
from portable_faas_aws.runtime.offload import FOLDER

STEP: Final = ("begin", "branch", "state")  # an invocation that runs Python of the program
ALONE: Final = ("pause", "ended", "listen", "child", "start", "tell", "hold", "ask", "entity", "leave")


@final
class Need(NamedTuple):
    """One verb on one thing."""

    kind: str
    name: str
    verb: str


VALUES: Final = frozenset({Need("bucket", "values", "get"), Need("bucket", "values", "put")})
ROWS: Final = frozenset({Need("table", "instances", "get"), Need("table", "instances", "put")})
READ: Final = frozenset({Need("table", "instances", "get")})
MARK: Final = frozenset({Need("table", "instances", "update")})  # that an instance is about to end, and why
NOTHING: Final[frozenset[Need]] = frozenset()


def needs(program: Program, machines: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[Part, ...]]:
    """The permissions of each function that a machine calls, in a fixed order."""
    found: dict[str, set[Need]] = {}
    reach = Reach(program)
    about = {name: _Orchestrator(program, name, reach) for name in machines}
    for name, machine in machines.items():
        for function, payload in _invocations(machine["States"]):
            found.setdefault(function, set()).update(about[name].needs(payload))
    return {function: tuple(_parts(found[function])) for function in sorted(found)}


def _parts(found: Iterable[Need]) -> Iterator[Part]:
    listed = sorted(found)
    for kind, name in dict.fromkeys((need.kind, need.name) for need in listed):
        verbs = [need.verb for need in listed if (need.kind, need.name) == (kind, name)]
        below = {"prefix": FOLDER} if kind == "bucket" else {}
        yield {"kind": kind, "name": name, **below, "may": verbs}


def _invocations(states: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The function and the payload of every Task that calls one."""
    for state in states.values():
        given = state.get("Arguments")  # of other Tasks they may be an expression
        if isinstance(given, Mapping) and (called := FUNCTION.fullmatch(given.get("FunctionName", ""))):
            yield called[1], given["Payload"]
        for inner in (*state.get("Branches", ()), *filter(None, [state.get("ItemProcessor")])):
            yield from _invocations(inner["States"])


@final
class _Orchestrator:
    """One orchestrator among those of its program."""

    def __init__(self, program: Program, name: str, reach: Reach) -> None:
        shapes = {each: list(shapes_of(program, each)) for each, _ in program.orchestrators}
        self._children = {each: _children(shapes[each]) for each in shapes}
        self._all = list(shapes)
        self._shapes = shapes[name]
        self._locking = (
            [each for each in shapes if any(map(_may_wait_for_lock, shapes[each]))] if locks(program) else []
        )
        self._name = name
        self._reach = reach

    def needs(self, payload: Mapping[str, Any]) -> frozenset[Need]:
        """Those of an invocation with this payload."""
        alone = next((name for name in ALONE if name in payload), None)
        if alone is not None:
            return ROWS | self._alone(alone)
        prepared = "call" in payload and "next" not in payload  # an activity that is called and nothing else
        runs = any(name in payload for name in STEP) and not prepared
        asks = (READ if payload.get("suspendable") else NOTHING) | (ROWS if payload.get("once") else NOTHING)
        return VALUES | asks | (self._step(payload) if runs else NOTHING)

    def _alone(self, what: str) -> frozenset[Need]:
        match what:
            case "ask":  # who holds the lock is looked for, and started first if its starter died
                return VALUES | self._frees() | _machines(self._all, "start", "describe")
            case "listen" | "pause":
                return _machines([self._name], "succeed")
            case "start":
                return VALUES | self._starts()
            case "leave":
                return self._frees() | self._ends()
            case "child":
                return VALUES | self._begins() | self._ends() | _machines([self._name], "succeed", "fail")
            case "tell":
                parents = [each for each in self._all if self._name in self._children[each]]
                return VALUES | MARK | _machines(parents, "succeed", "fail")
            case _:
                return VALUES

    def _step(self, payload: Mapping[str, Any]) -> frozenset[Need]:
        found = NOTHING
        for shape in self._reach.awaits(payload):
            if isinstance(shape, EntityShape | StartShape | LockShape | ReleaseShape) or _waits(shape):
                found |= ROWS
            if isinstance(shape, ReleaseShape):
                found |= self._frees()
            if isinstance(shape, StartShape):
                found |= self._starts()
        for shape in self._reach.comes_from(payload):
            found |= self._received(shape)
        return found | (self._closes() if "group" in payload else NOTHING)

    def _received(self, shape: Shape) -> frozenset[Need]:
        """To take the outcome of what was awaited."""
        if isinstance(shape, EventShape | EntityShape):
            return ROWS
        return READ if _collects(shape) else NOTHING

    def _closes(self) -> frozenset[Need]:
        """To end a group: events that it did not take go to other waits, and the children of its branches end."""
        found = _machines([self._name], "succeed") if any(map(_waits, self._shapes)) else NOTHING
        found |= self._frees() if any(isinstance(shape, LockShape) for shape in self._shapes) else NOTHING
        return ROWS | found | (self._ends() if self._children[self._name] else NOTHING)

    def _frees(self) -> frozenset[Need]:
        """To free entities is to tell whoever waits for them."""
        return _machines(self._locking, "succeed")

    def _starts(self) -> frozenset[Need]:
        """The id of an instance that nobody waits for may be that of any other."""
        return _machines(self._all, "start", "describe")

    def _begins(self) -> frozenset[Need]:
        """A chosen id may be that of any instance, which is looked for, and started first if its starter died."""
        named = any(isinstance(shape, ChildShape) and shape.named for shape in self._shapes)
        return _machines(self._all if named else self._children[self._name], "start", "describe")

    def _ends(self) -> frozenset[Need]:
        """Children are stopped with their own; one that is about to start is started before, so that it stays ended."""
        below: dict[str, None] = {}
        work = list(self._children[self._name])
        while work:
            child = work.pop()
            if child not in below:
                below[child] = None
                work += self._children[child]
        return MARK | self._frees() | _machines(below, "start", "describe", "stop")


def _children(shapes: Iterable[Shape]) -> list[str]:
    return [shape.orchestrator for shape in shapes if isinstance(shape, ChildShape)]


def _waits(shape: Shape) -> bool:
    """Whether it begins a wait for an event, by itself or as a branch."""
    if isinstance(shape, GatherShape | SelectShape):
        return any(_waits(one) for branch in shape.branches for one in branch)
    return isinstance(shape, EventShape)


def _collects(shape: Shape) -> bool:
    """Whether the row knows what ended first of it, or of a branch of it."""
    if isinstance(shape, SelectShape) and not (shape.single and shape.wanted == 1):
        return True
    groups = shape.branches if isinstance(shape, GatherShape | SelectShape) else ()
    return any(_collects(one) for branch in groups for one in branch)


def _may_wait_for_lock(shape: Shape) -> bool:
    return isinstance(shape, LockShape | EntityShape)


def _machines(names: Iterable[str], *verbs: str) -> frozenset[Need]:
    return frozenset(Need("machine", name, verb) for name in names for verb in verbs)
