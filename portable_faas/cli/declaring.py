"""Places what a declaration refused while its module was imported: `path:line:column: PF002 problem; what to write`."""

import ast
import os
import traceback
from itertools import pairwise
from pathlib import Path
from typing import Final

from portable_faas.compiler import check_source
from portable_faas.compiler.check import in_order
from portable_faas.compiler.source import Module, load
from portable_faas.errors import Diagnostic, NotPortable

OURS: Final = f"{Path(__file__).parent.parent}{os.sep}"
_CODES: Final = ("PF002", "PF003")
_REMEDY: Final = "correct the declaration at this place"


def refused(wrong: BaseException) -> tuple[Diagnostic, ...]:
    """Every problem of the file in which a declaration raised ``wrong``; nothing if no declaration of ours did."""
    frame = _declaration(wrong)
    module = load(frame.filename) if frame is not None else None
    if frame is None or not isinstance(module, Module):
        return ()
    found = check_source(module.text, module.path)
    line = frame.lineno or 1
    lines = _statement(module, line)
    if any(each.line in lines and each.code in _CODES for each in found):
        return found  # said better, in the words of the source
    problem, _, remedy = " ".join(str(wrong).split()).partition("; ")
    place = module.path, line, module.column(line, frame.colno or 0)
    return in_order([*found, Diagnostic(*place, "PF002", problem, remedy or _REMEDY)])


def _declaration(wrong: BaseException) -> traceback.FrameSummary | None:
    """The innermost place of the user's code that called ours, if that is what failed."""
    if not isinstance(wrong, (TypeError, ValueError, NotPortable)):
        return None
    frames = traceback.extract_tb(wrong.__traceback__)
    calls = [caller for caller, called in pairwise(frames) if called.filename.startswith(OURS)]
    own = [caller for caller in calls if not caller.filename.startswith((OURS, "<"))]
    return own[-1] if own else None


def _statement(module: Module, line: int) -> range:
    """The lines of the statement at the top of the file that holds ``line``, its decorators included."""
    for node in module.tree.body:
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        lines = range(min([node.lineno, *(each.lineno for each in decorators)]), (node.end_lineno or node.lineno) + 1)
        if line in lines:
            return lines
    return range(line, line + 1)
