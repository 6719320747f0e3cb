"""Parses Python, also where other threads parse at the same moment.

CPython before 3.11.8 keeps one depth of recursion for all threads, so `ast.parse` now and then ends in "AST constructor
recursion depth mismatch" although nothing is wrong with the source (CPython issue 106905). To parse again is the cure.
"""

import ast
from typing import Literal, overload

_ATTEMPTS = 100


@overload
def parse(
    text: str | bytes, name: str = ..., mode: Literal["exec"] = ..., version: tuple[int, int] | None = ...
) -> ast.Module: ...
@overload
def parse(
    text: str | bytes, name: str = ..., *, mode: Literal["eval"], version: tuple[int, int] | None = ...
) -> ast.Expression: ...
def parse(
    text: str | bytes, name: str = "<unknown>", mode: str = "exec", version: tuple[int, int] | None = None
) -> ast.AST:
    """The tree of ``text``; raises what `ast.parse` does for what is not Python (of ``version``)."""
    for _ in range(_ATTEMPTS):
        try:
            return ast.parse(text, name, mode, feature_version=version)
        except SystemError:
            continue
    return ast.parse(text, name, mode, feature_version=version)
