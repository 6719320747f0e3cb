"""What a program awaits that the experimental driver for 2.x does not carry: refused where it stands, before any start.

await other(order)      AZURE001 `orchestrator other` is not on azure-functions-durable 2.x in this release
"""

from collections.abc import Iterator
from typing import Final

from portable_faas.app import App
from portable_faas.compiler.flows import program
from portable_faas.errors import CompileError, Diagnostic
from portable_faas.ir import (
    ActivityShape,
    Await,
    Flow,
    GatherShape,
    HelperShape,
    ReleaseShape,
    SelectShape,
    Shape,
    StatusShape,
    TimerShape,
)
from portable_faas.ir.printer import show_shape

CARRIED: Final = (ActivityShape, TimerShape, StatusShape, HelperShape, GatherShape, SelectShape, ReleaseShape)
REMEDY: Final = "install azure-functions-durable>=1.7,<2"


def refuse(app: App) -> None:
    """``CompileError`` with every such await of ``app``, which has been checked."""
    problems = sorted({problem for flow in program(app).flows for problem in _of_flow(flow)})
    if problems:
        raise CompileError(tuple(problems))


def _of_flow(flow: Flow) -> Iterator[Diagnostic]:
    for block in flow.blocks:
        if isinstance(block.end, Await):
            for found in {each for shape in block.end.shapes for each in _missing(shape)}:
                problem = f"`{show_shape(found)}` is not on azure-functions-durable 2.x in this release"
                yield Diagnostic(flow.path, block.end.operand.line, 1, "AZURE001", problem, REMEDY)


def _missing(shape: Shape) -> Iterator[Shape]:
    """The shape itself, or those of its branches."""
    if not isinstance(shape, CARRIED):
        yield shape
    elif isinstance(shape, GatherShape | SelectShape):
        yield from (found for branch in shape.branches for each in branch for found in _missing(each))
