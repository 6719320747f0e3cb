"""The conditions that keep the lowering from a wrong answer, each with a name, so that a tool can drop one at a time.

`make mutate` drops each in turn; a drop that no test notices is a condition without proof.
"""

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, unique
from pathlib import Path
from types import FrameType
from typing import Final

from portable_faas.syntax import parse


@unique
class Guard(Enum):
    """What must hold for the plain JSONata to mean what the Python means."""

    OVERFLOW = "an int result stays within 2**53-1"
    SUM_OVERFLOW = "a sum stays within 2**53-1 at every step"
    INT_LITERAL = "an int literal is within 2**53-1"
    FLOAT_OVERFLOW = "a float result is finite"
    ZERO_DIVISOR = "the divisor is not zero"
    MODULO_SIGN = "a remainder has the sign of its divisor"
    NEGATIVE_ZERO = "an int or float result is not -0"
    STRING_OF_INT = "$string writes at most 15 digits exactly"
    INT_OR_FLOAT = "an int and a float do not meet in one place"
    BOOL_ARITHMETIC = "a bool is not a number"
    TEXT_ORDER = "texts are not ordered by UTF-16 units"
    SAME_KIND = "only values of one kind are compared"
    TUPLE_IS_NOT_LIST = "a tuple never equals a list"
    SHALLOW_IN = "`in` compares scalars only"
    OPTIONAL = "a value that may be None is not used as if it never were"
    NARROWING = "what a test proved holds only where the test holds"
    SHADOWING = "what a test proved of an outer variable does not hold for an inner one of its name"
    OPAQUE = "a value that may stand in a bucket is not looked into"
    TRUTH = "truth is Python's, by type"
    OPERAND = "`and` and `or` give an operand"
    PARTIAL_OPERAND = "an operand that Python may not reach does not refuse the rest"
    PARTIAL_BODY = "a body is proved for every element"
    SEQUENCE = "a sequence of no or one value is a list"
    SPLICE = "a list inside a list is one element"
    MAYBE_LIST = "a value that may be a list is one element"
    INDEX_RANGE = "an index is in range"
    PLAIN_INDEX = "an index is evaluated before the items are chosen"
    SLICE_CLAMP = "the ends of a slice are clamped"
    SLICE_STEP = "a slice has no step"
    MISSING_KEY = "a key is in the dict"
    KEY_ORDER = "nothing rests on the order of keys"
    PROTO_KEY = "__proto__ is not built as a key"
    DUPLICATE_KEY = "a key is not written twice"
    KEY_TYPE = "a key of a JSON object is a str"
    TAKES = "an entry of the table takes the types that it is for"
    EMPTY = "a list has an item"
    SORT_STABLE = "sorting keeps the order of equals"
    SORT_KEY = "a sort key is a number"
    ASCII_CASE = "a text is ASCII where its case is changed"
    EMPTY_PATTERN = "a separator is a non-empty constant"
    PREFIX_SCOPE = "an affix is compared at its place"
    CODE_POINTS = "a literal has no lone surrogate"
    RANGE_SIZE = "a range has at most 10,000 numbers"
    INDEX_AFTER_FILTER = "an index counts what was there before the filter"
    STRICT_ZIP = "zip stops at the shorter list"
    FLOAT_TEXT = "a float is not written as text"
    TEXT_OF_NONE = "None and bools are written as Python writes them"
    FORMAT = "a format specification is not ignored"
    RESERVED = "no variable hides a JSONata function"
    HIDDEN_BUILTIN = "a name of the program hides the builtin"


Site = tuple[str, int]
"""Where a guard is asked for: the name of a file and a line."""

_dropped: Final[dict[Guard, Site | None]] = {}


def holds(guard: Guard, condition: bool) -> bool:
    """The condition; always true while the guard is dropped."""
    return condition or (guard in _dropped and _is_dropped(_dropped[guard], sys._getframe(1)))


def _is_dropped(site: Site | None, frame: FrameType) -> bool:
    return site is None or site == (Path(frame.f_code.co_filename).name, frame.f_lineno)


@contextmanager
def dropped(guard: Guard, site: Site | None = None) -> Iterator[None]:
    """Drop a guard for the time of the context, everywhere or at one site: what it protects from can then be seen."""
    _dropped[guard] = site
    try:
        yield
    finally:
        del _dropped[guard]


def sites() -> list[tuple[Guard, Site]]:
    """Every place in the lowering that names a guard, in the order of the files and lines."""
    found = []
    for path in sorted(Path(__file__).parent.glob("*.py")):
        for node in ast.walk(parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Guard":
                found.append((Guard[node.attr], (path.name, node.lineno)))
    return sorted(found, key=lambda each: each[1])
