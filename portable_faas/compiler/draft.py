"""A block of a flow while it is being cut."""

import ast
from dataclasses import dataclass, field
from typing import final

from portable_faas.ir import End


@final
@dataclass(eq=False, slots=True)
class Draft:
    """A block under construction. ``operand`` is the awaited expression as a tree, for the analysis of shapes.

    ``rest`` are the names that the same statement reads once the await is over, also those that Python would have read
    before it (`total += await f()`). ``passing``: the await is how a block of a lock is entered or left.
    """

    id: int
    handler: int | None
    handling: str | None
    caught: str | None = None
    body: list[ast.stmt] = field(default_factory=list)
    end: End | None = None
    operand: ast.expr | None = None
    reads: list[ast.AST] = field(default_factory=list)
    rest: set[str] = field(default_factory=set)
    passing: str = ""
