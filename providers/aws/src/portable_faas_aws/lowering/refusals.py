"""What a program awaits that no state machine carries out yet: refused where it stands, before anything is built.

await ctx.gather(ctx.first(1, a()), b())      AWS001 `first 1 of [activity a]` is not compiled for AWS in this release
"""

from collections.abc import Iterable, Iterator
from typing import Final

from portable_faas.compiler.sections import reached
from portable_faas.errors import CompileError, Diagnostic
from portable_faas.ir import (
    ActivityShape,
    Await,
    ChildShape,
    ContinueShape,
    EntityShape,
    EventShape,
    Flow,
    GatherShape,
    HelperShape,
    LockShape,
    Program,
    ReleaseShape,
    SelectShape,
    Shape,
    StartShape,
    StatusShape,
    TimerShape,
)
from portable_faas.ir.printer import show_shape

LOWERED: Final = (
    ActivityShape,
    TimerShape,
    StatusShape,
    HelperShape,
    GatherShape,
    SelectShape,
    EventShape,
    ChildShape,
    EntityShape,
    LockShape,
    ReleaseShape,
)
ALONE: Final = (StartShape, ContinueShape)  # not as branches, nor the latter in a helper that is one


def refuse(program: Program, orchestrators: Iterable[str]) -> None:
    """``CompileError`` with every such await that the orchestrators reach."""
    flows = dict.fromkeys(flow for name in orchestrators for flow in reached(program, name))
    inside = dict.fromkeys(key for flow in flows for key in _branches(flow))
    problems = sorted({problem for flow in flows for problem in (*_of_flow(flow), *_continuing(program, flow, inside))})
    if problems:
        raise CompileError(tuple(problems))


def _of_flow(flow: Flow) -> Iterator[Diagnostic]:
    for block in flow.blocks:
        if isinstance(block.end, Await):
            for shape in block.end.shapes:
                found_here = () if isinstance(shape, ALONE) else _unknown(shape)
                for found in found_here:
                    problem = f"`{show_shape(found)}` is not compiled for AWS in this release"
                    remedy = "run the program on another engine, or do without it"
                    yield Diagnostic(flow.path, block.end.operand.line, 1, "AWS001", problem, remedy)


def _unknown(shape: Shape, inside: bool = False) -> Iterator[Shape]:
    """The shape itself, or those of its branches; a ``first`` is lowered where a scope itself awaits it."""
    collected = inside and isinstance(shape, SelectShape) and (not shape.single or shape.wanted != 1)
    if collected or not isinstance(shape, LOWERED):
        yield shape
    if isinstance(shape, GatherShape | SelectShape):
        for branch in shape.branches:
            for each in branch:
                yield from _unknown(each, inside=True)


def _branches(flow: Flow) -> Iterator[str]:
    """The helpers that are branches, by their keys."""
    work = [shape for block in flow.blocks if isinstance(block.end, Await) for shape in block.end.shapes]
    while work:
        shape = work.pop()
        if isinstance(shape, GatherShape | SelectShape):
            inner = [one for branch in shape.branches for one in branch]
            yield from (one.flow for one in inner if isinstance(one, HelperShape))
            work += inner


def _continuing(program: Program, flow: Flow, inside: Iterable[str]) -> Iterator[Diagnostic]:
    """``continue_as_new`` in a helper that is a branch, or that such a helper awaits."""
    by_key = {each.key: each for each in program.flows}
    below, work = set(inside), list(inside)
    while work:
        ends = (block.end for block in by_key[work.pop()].blocks)
        shapes = [shape for end in ends if isinstance(end, Await) for shape in end.shapes]
        found = {shape.flow for shape in shapes if isinstance(shape, HelperShape)} - below
        below |= found
        work += found
    for block in flow.blocks if flow.key in below else ():
        if isinstance(block.end, Await) and any(isinstance(shape, ContinueShape) for shape in block.end.shapes):
            problem = "`continue_as_new` in a branch is not compiled for AWS in this release"
            remedy = "return from the branch, and continue as new where it is gathered"
            yield Diagnostic(flow.path, block.end.operand.line, 1, "AWS001", problem, remedy)
