"""Writes a node back as Python text in which every string stands on one line, so that the text can be indented.

async def pay(ctx): ...      ->      async def pay(ctx): if 0: _pf_flow_1 = None; ...

A coroutine function inside another one is marked with the number of its flow: the name of a variable that is never
assigned stays in its code object, where the run time finds it.
"""

import ast
import io
import tokenize
from collections.abc import Mapping
from typing import Any, Final, final

from portable_faas.compiler.tree import copied, walk
from portable_faas.syntax import parse

MARK: Final = "_pf_flow_"
_START: Final = ("FSTRING_START", "TSTRING_START")
_END: Final = ("FSTRING_END", "TSTRING_END")

Place = tuple[int, int]


def text_of(node: ast.AST, marks: Mapping[Place, int] = {}) -> str:
    """The text of ``node``; ``marks`` are the flows of nested coroutine functions by line and column."""
    if any(isinstance(each, ast.AsyncFunctionDef) for each in walk(node)):
        node = _Marking(marks).visit(copied(node))
    text = ast.unparse(node)
    return _one_line_strings(text) if '"""' in text or "'''" in text else text


@final
class _Marking(ast.NodeTransformer):
    def __init__(self, marks: Mapping[Place, int]) -> None:
        self.marks = marks

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> Any:
        self.generic_visit(node)
        number = self.marks.get((node.lineno, node.col_offset))
        if number is not None:
            mark = parse(f"if 0:\n    {MARK}{number} = None").body
            has_docstring = ast.get_docstring(node, clean=False) is not None
            node.body = [*node.body[:has_docstring], *mark, *node.body[has_docstring:]]
        return node


def _one_line_strings(text: str) -> str:
    """``text`` with the line breaks inside strings written as escapes; `ast.unparse` writes no raw strings."""
    joined: set[int] = set()
    starts: list[int] = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        name = tokenize.tok_name[token.type]
        if name in _START:
            starts.append(token.start[0])
        elif name in _END:
            joined.update(range(starts.pop(), token.end[0]))
        elif name == "STRING":
            joined.update(range(token.start[0], token.end[0]))
    lines = text.split("\n")
    return "".join(line + ("\\n" if number in joined else "\n") for number, line in enumerate(lines, 1)).rstrip("\n")
