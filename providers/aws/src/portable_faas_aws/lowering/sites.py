"""Where a run of an orchestrator can stop: the sites of its awaits, helpers inlined, and what each way on leads to.

    async def pay(ctx, order):               exits of the begin:          4/pay.1:charge
        await charge(order)                  exits after 4/pay.1:charge:  return  (and 6:refund, by an exception)

A label is the same text here and in the run time: the blocks that the frames of the stack go on at, then what is
awaited.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, final

from portable_faas.ir import (
    ActivityShape,
    Await,
    Block,
    ChildShape,
    ContinueShape,
    EntityShape,
    EventShape,
    GatherShape,
    Goto,
    HelperShape,
    LockShape,
    Program,
    ReleaseShape,
    Return,
    SelectShape,
    Shape,
    StartShape,
    StatusShape,
    TimerShape,
    successors,
)
from portable_faas_aws.runtime.ends import CHILD, ENTITY, EVENT, GATHER, LOCK, RETURN, SELECT, START, STATUS, TIMER

# What the Lambda that comes to it carries out at once, or may.
AT_ONCE: Final = EventShape | StartShape | EntityShape | LockShape | ReleaseShape
Frames = tuple[tuple[str, int], ...]  # key of the flow and the block it goes on at, the outermost first


@final
@dataclass(frozen=True, slots=True)
class Site:
    """One await of a scope. ``frames`` are where the stack goes on when it is over; ``line`` is in the user's file."""

    label: str
    frames: Frames
    shape: Shape
    line: int


@final
@dataclass(frozen=True, slots=True)
class Exits:
    """Where a step may end. ``normal`` needs no exception, ``errors`` are reached by one only.

    ``raises``: it may end the scope with an exception. ``blocks`` are the blocks it may run, by flow; ``calm`` those of
    them that need no exception. A return counts as a label, ``RETURN``.
    """

    normal: tuple[str, ...]
    errors: tuple[str, ...]
    raises: bool
    blocks: tuple[tuple[str, int], ...]
    calm: tuple[tuple[str, int], ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every label."""
        return (*self.normal, *self.errors)


class _Place(NamedTuple):
    """``pending``: an exception is being raised where the innermost frame stands. ``erred``: one was on the way."""

    frames: Frames
    pending: bool
    erred: bool


@final
class Scope:
    """One orchestrator, or one helper that runs as a branch, with the helpers it awaits.

    ``above`` are the flows of the scopes around it. No helper is recursive, so where the source does not say what is
    awaited, it is none of those that are under way.
    """

    def __init__(
        self, program: Program, root: str, shorts: dict[str, str], above: frozenset[str] = frozenset()
    ) -> None:
        self.program = program
        self.root = root
        self.under_way = above | {root}
        self.shorts = shorts
        self.sites: dict[str, Site] = {}
        self.locking = locks(program)
        self.effects: dict[tuple[str, int, re.Pattern[str]], bool] = {}  # what has been found of its blocks
        self._flows = {flow.key: flow for flow in program.flows}
        self._found: dict[_Place, Exits] = {}
        self._after: dict[str, Exits] = {}
        self._ways: dict[_Place, tuple[_Place | Site, ...]] = {}
        self._blocks = {flow.key: {block.id: block for block in flow.blocks} for flow in program.flows}

    def begin(self) -> Exits:
        """Where the first step may end."""
        return self._exits(_Place(((self.root, 0),), False, False))

    def entered(self, at: int) -> Exits:
        """Where a step may end that comes to the root's block ``at``."""
        return self._exits(_Place(((self.root, at),), False, False))

    def after(self, site: Site) -> Exits:
        """Where the step after a site may end, when what it awaited has succeeded.

        The step after a wait for an event finds out whether it has, so it may end wherever a failure leads too.
        """
        if not isinstance(site.shape, EventShape):
            return self._exits(_Place(site.frames, False, False))
        if site.label not in self._after:
            calm = self._exits(_Place(site.frames, False, False))
            self._after[site.label] = _either(calm, self.recover(site))
        return self._after[site.label]

    def recover(self, site: Site) -> Exits:
        """Where the step after a site may end, when what it awaited has failed."""
        return self._exits(_Place(site.frames, True, True))

    def following(self, site: Site) -> list[str]:
        """The labels of the sites at which a step may end that goes on from a site."""
        return [label for label in (*self.after(site).all, *self.recover(site).all) if label != RETURN]

    def every(self) -> list[Site]:
        """Every site that a run can come to."""
        found: dict[str, Site] = {}
        work = [label for label in self.begin().all if label != RETURN]
        while work:
            label = work.pop()
            if label not in found:
                found[label] = self.sites[label]
                work += self.following(found[label])
        return list(found.values())

    def block(self, key: str, at: int) -> Block:
        """Block ``at`` of a flow."""
        return self._blocks[key][at]

    def awaited(self, exits: Exits) -> Iterator[Shape]:
        """What a step may come to await, whether or not it ends there."""
        for key, at in exits.blocks:
            end = self.block(key, at).end
            if isinstance(end, Await):
                yield from end.shapes

    def lines(self, exits: Exits) -> str:
        """The lines of a step."""
        codes = [code for key, at in exits.blocks for code in self.block(key, at).body]
        lines = sorted(code.line for code in codes if code.line)
        return f"lines {lines[0]}-{lines[-1]}" if len(set(lines)) > 1 else f"line {lines[0]}" if lines else "no line"

    def _exits(self, start: _Place) -> Exits:
        if start not in self._found:
            self._found[start] = self._walked(start)
        return self._found[start]

    def _walked(self, start: _Place) -> Exits:
        normal: dict[str, None] = {}
        errors: dict[str, None] = {}
        blocks: dict[tuple[str, int], None] = {}
        calm: dict[tuple[str, int], None] = {}
        raises = False
        seen = {start}
        work = [start]
        for place in work:
            if not place.frames:
                raises = raises or place.pending
                if not place.pending:
                    (errors if place.erred else normal).setdefault(RETURN)
                continue
            blocks.setdefault(place.frames[-1])
            if not place.erred:
                calm.setdefault(place.frames[-1])
            for step in self._steps(place):
                if isinstance(step, Site):
                    (errors if place.erred else normal).setdefault(step.label)
                elif step not in seen:
                    seen.add(step)
                    work.append(step)
        only = tuple(label for label in errors if label not in normal)
        return Exits(tuple(normal), only, raises, tuple(blocks), tuple(calm))

    def _steps(self, place: _Place) -> tuple[_Place | Site, ...]:
        """The places right after one; many walks come by the same."""
        found = self._ways.get(place)
        if found is None:
            found = self._ways[place] = tuple(self._from(place))
            self.sites.update((step.label, step) for step in found if isinstance(step, Site))
        return found

    def _from(self, place: _Place) -> Iterator[_Place | Site]:
        (key, at), outer = place.frames[-1], place.frames[:-1]
        block = self._blocks[key][at]
        if place.pending or _may_raise(block):
            landed = (*outer, (key, block.handler)) if block.handler is not None else outer
            yield _Place(landed, block.handler is None, True)
        if place.pending:
            return
        if isinstance(block.end, Return):
            yield _Place(outer, False, place.erred)
        elif isinstance(block.end, Await):
            yield from self._awaited(place, block.end)
        else:
            for to in successors(block.end):
                yield _Place((*outer, (key, to)), False, place.erred)

    def _awaited(self, place: _Place, end: Await) -> Iterator[_Place | Site]:
        (key, _), outer = place.frames[-1], place.frames[:-1]
        frames = (*outer, (key, end.to))
        called = {flow for flow, _ in frames} | self.under_way
        for shape in merged(end.shapes):
            if isinstance(shape, HelperShape):
                if shape.flow in called:
                    continue
                yield _Place((*frames, (shape.flow, 0)), False, place.erred)
            else:
                if isinstance(shape, AT_ONCE):  # its Lambda may go on
                    yield _Place(frames, False, place.erred)
                if isinstance(shape, AT_ONCE | ContinueShape) and not isinstance(shape, ReleaseShape):
                    yield _Place(frames, True, True)
                if not isinstance(shape, StartShape | EntityShape | ContinueShape | ReleaseShape) or (
                    isinstance(shape, EntityShape) and self.locking
                ):
                    yield Site(self.label(frames, shape), frames, shape, end.operand.line)

    def label(self, frames: Frames, shape: Shape) -> str:
        """The label of a site; the run time makes the same from its stack."""
        first, *rest = frames
        path = "/".join([str(first[1]), *(f"{self.shorts[key]}.{at}" for key, at in rest)])
        return f"{path}:{kind(shape)}"


def _either(calm: Exits, erred: Exits) -> Exits:
    """The exits of a step that begins in one way, or with an exception."""
    errors = dict.fromkeys((*calm.errors, *erred.all))
    return Exits(
        calm.normal,
        tuple(label for label in errors if label not in calm.normal),
        calm.raises or erred.raises,
        tuple(dict.fromkeys((*calm.blocks, *erred.blocks))),
        calm.calm,
    )


def kind(shape: Shape) -> str:
    """What a label says is awaited."""
    match shape:
        case ActivityShape(name=name):
            return name
        case ChildShape(orchestrator):
            return f"{CHILD} {orchestrator}"
        case HelperShape(flow):
            return f"${flow}"
        case _ if type(shape) in _KINDS:
            return _KINDS[type(shape)]
        case _:
            raise AssertionError(f"{shape} should have been refused")


_KINDS: Final[dict[type, str]] = {
    TimerShape: TIMER,
    StatusShape: STATUS,
    GatherShape: GATHER,
    SelectShape: SELECT,
    EventShape: EVENT,
    EntityShape: ENTITY,
    LockShape: LOCK,
    ReleaseShape: LOCK,  # in no label, like the next two
    StartShape: START,  # in no label: it is carried out at once, but for one that is a branch
    ContinueShape: "$continue",  # in no label either
}


def merged(shapes: Iterable[Shape]) -> tuple[Shape, ...]:
    """One shape of each kind; an activity that is called with several policies has one that only a run knows."""
    found: dict[str, Shape] = {}
    for shape in shapes:
        same = found.setdefault(kind(shape), shape)
        if same != shape and isinstance(same, ActivityShape):
            found[kind(shape)] = ActivityShape(same.name, known=False)
        elif same != shape and isinstance(same, GatherShape) and isinstance(shape, GatherShape):
            found[kind(shape)] = _wider(same, shape)
        elif same != shape and isinstance(same, SelectShape) and isinstance(shape, SelectShape):
            found[kind(shape)] = SelectShape((_together(same, shape),), _same(same, shape), False, True)
        elif same != shape and isinstance(same, EventShape) and isinstance(shape, EventShape):
            found[kind(shape)] = EventShape(None, same.timed or shape.timed)
    return tuple(found.values())


def locks(program: Program) -> bool:
    """Whether the program takes locks; else no operation on an entity ever waits."""
    ends = (block.end for flow in program.flows for block in flow.blocks)
    return any(isinstance(shape, LockShape) for end in ends if isinstance(end, Await) for shape in end.shapes)


def _same(one: SelectShape, other: SelectShape) -> int | None:
    return one.wanted if one.wanted == other.wanted else None


def _together(*groups: GatherShape | SelectShape) -> tuple[Shape, ...]:
    return tuple(dict.fromkeys(shape for group in groups for branch in group.branches for shape in branch))


def _wider(one: GatherShape, other: GatherShape) -> GatherShape:
    keeps = one.keeps_errors if one.keeps_errors == other.keeps_errors else None
    return GatherShape((_together(one, other),), True, True, keeps)


def _may_raise(block: Block) -> bool:
    return bool(block.body) or not isinstance(block.end, Goto)
