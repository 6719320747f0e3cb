"""What goes into the lowering of an expression and what comes out of it."""

import ast
from dataclasses import dataclass
from typing import TypeAlias

from portable_faas_aws.jsonata.code import Code
from portable_faas_aws.jsonata.printing import text
from portable_faas_aws.jsonata.types import Type


@dataclass(frozen=True, slots=True)
class Name:
    """A variable of the program: the JSONata that reads it and its static type.

    ``inline`` promises that the value itself stands there, however large; otherwise a value whose type has no small
    bound may be a pointer to where it is kept.
    """

    code: Code
    type: Type
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Lowered:
    """An expression as JSONata.

    ``guard`` is a total boolean expression; where it is true, ``code`` gives what Python gives. None: it always does.
    """

    code: Code
    type: Type
    guard: Code | None = None

    @property
    def text(self) -> str:
        """The expression, without the delimiters of a state machine."""
        return text(self.code)

    @property
    def is_total(self) -> bool:
        """Whether the code needs no guard."""
        return self.guard is None


@dataclass(frozen=True, slots=True)
class Outlined:
    """An expression that stays Python: why, in words, and which part of it."""

    reason: str
    node: ast.AST


Result: TypeAlias = Lowered | Outlined


class Refused(Exception):
    """A part has no JSONata that is proved equal; carried to the whole expression."""

    def __init__(self, reason: str, node: ast.AST) -> None:
        super().__init__(reason)
        self.reason = reason
        self.node = node
