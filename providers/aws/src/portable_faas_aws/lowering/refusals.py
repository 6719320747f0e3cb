"""What a program awaits that no state machine carries out yet: refused where it stands, before anything is built.

await ctx.race(a(), b())      AWS001 `race of [activity a, activity b]` is not compiled for AWS in this release
"""

from collections.abc import Iterable, Iterator
from typing import Final

from portable_faas.compiler.sections import reached
from portable_faas.errors import CompileError, Diagnostic
from portable_faas.ir import (
    ActivityShape,
    Await,
    Flow,
    GatherShape,
    HelperShape,
    Program,
    ReleaseShape,
    SelectShape,
    Shape,
    StatusShape,
    TimerShape,
)
from portable_faas.ir.printer import show_shape

LOWERED: Final = (ActivityShape, TimerShape, StatusShape, HelperShape, GatherShape)
SILENT: Final = (ReleaseShape,)  # its lock has been refused


def refuse(program: Program, orchestrators: Iterable[str]) -> None:
    """``CompileError`` with every such await that the orchestrators reach."""
    flows = dict.fromkeys(flow for name in orchestrators for flow in reached(program, name))
    problems = sorted({problem for flow in flows for problem in _of_flow(flow)})
    if problems:
        raise CompileError(tuple(problems))


def _of_flow(flow: Flow) -> Iterator[Diagnostic]:
    for block in flow.blocks:
        if isinstance(block.end, Await):
            for shape in block.end.shapes:
                for found in _unknown(shape):
                    problem = f"`{show_shape(found)}` is not compiled for AWS in this release"
                    remedy = "run the program on another engine, or do without it"
                    yield Diagnostic(flow.path, block.end.operand.line, 1, "AWS001", problem, remedy)


def _unknown(shape: Shape) -> Iterator[Shape]:
    """The shape itself, or those of its branches."""
    if not isinstance(shape, (*LOWERED, *SILENT)):
        yield shape
    if isinstance(shape, GatherShape | SelectShape):
        for branch in shape.branches:
            for each in branch:
                yield from _unknown(each)
