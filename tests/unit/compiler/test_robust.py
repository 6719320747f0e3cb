"""Any valid Python text is checked without a crash, always with the same result, and quickly."""

import ast
import asyncio
import dataclasses
import json.decoder
import textwrap
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portable_faas.compiler import check_source
from portable_faas.compiler.source import parse
from portable_faas.errors import Diagnostic

HEAD = """\
from portable_faas import App, Context
app = App("x")
@app.activity
def f(a: int) -> list[int]: ...
async def h(ctx: Context, a: list[int]) -> list[int]: return a
"""
MODULES = [asyncio.base_events, asyncio.streams, ast, dataclasses, json.decoder, textwrap]


def orchestrators(text: str) -> str:
    """The module with every function made an orchestrator or helper."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            node.decorator_list = [ast.parse("app.orchestrator", mode="eval").body]
    return HEAD + ast.unparse(tree).replace("from __future__ import annotations\n", "")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_standard_library_modules(module: object) -> None:
    text = Path(str(getattr(module, "__file__", ""))).read_text(encoding="utf-8")
    assert check_source(text, "lib.py") == ()  # nothing there is an orchestrator
    found = check_source(orchestrators(text), "lib.py")
    assert found == check_source(orchestrators(text), "lib.py")
    assert found


NAMES = st.sampled_from(["a", "b", "c", "ctx", "f", "h", "print"])
ATOMS = st.one_of(
    NAMES, st.sampled_from(["1", "'é'", "[]", "{}", "None", "a.x", "b[0]", "set()", "(yield)", "lambda: a"])
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    return st.one_of(
        inner.map("await ({})".format),
        inner.map("f({})".format),
        inner.map("[x for x in {}]".format),
        inner.map("f'{{{}}}'".format).filter(lambda text: "'" not in text[2:-1] and "lambda" not in text),
        two.map(lambda parts: f"h({parts[0]}, *{parts[1]})"),
        two.map(lambda parts: f"({parts[0]} and {parts[1]})"),
        two.map(lambda parts: f"({parts[0]} < {parts[1]} is {parts[0]})"),
        two.map(lambda parts: f"({parts[0]} if {parts[1]} else a)"),
        two.map(lambda parts: f"(c := [{parts[0]}, *{parts[1]}])"),
        two.map(lambda parts: f"a.append({parts[0]}, k={parts[1]})"),
        two.map(lambda parts: f"{{{parts[0]}: {parts[1]}, **a}}"),
    )


EXPRESSIONS = st.recursive(ATOMS, _larger, max_leaves=6)
SIMPLE = st.one_of(
    EXPRESSIONS,
    st.sampled_from(
        ["pass", "return a", "raise", "break", "continue", "global print", "import os", "del a", "nonlocal c"]
    ),
    EXPRESSIONS.map("a = b = {}".format),
    EXPRESSIONS.map("a[0], *b.x = {}".format),
    EXPRESSIONS.map("a += {}".format),
    EXPRESSIONS.map("b['k'] += {}".format),
    EXPRESSIONS.map("return {}".format),
    EXPRESSIONS.map("assert {}, 1".format),
    EXPRESSIONS.map("c: list[int] = {}".format),
)


def _block(lines: str) -> str:
    return textwrap.indent(lines, "    ")


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=3).map("\n".join).map(_block)
    return st.one_of(
        st.tuples(EXPRESSIONS, body, body).map(lambda p: f"if {p[0]}:\n{p[1]}\nelse:\n{p[2]}"),
        st.tuples(EXPRESSIONS, body, body).map(lambda p: f"while {p[0]}:\n{p[1]}\nelse:\n{p[2]}"),
        st.tuples(EXPRESSIONS, body).map(lambda p: f"for a, (b, *c) in {p[0]}:\n{p[1]}"),
        st.tuples(body, body, body).map(lambda p: f"try:\n{p[0]}\nexcept ValueError as e:\n{p[1]}\nfinally:\n{p[2]}"),
        st.tuples(EXPRESSIONS, body).map(lambda p: f"with {p[0]} as a:\n{p[1]}"),
        st.tuples(EXPRESSIONS, body).map(lambda p: f"match {p[0]}:\n    case [a, *b] | {{'k': a, **b}}:\n    {p[1]}"),
        body.map("async def g(a, *, c=1):\n{}".format),
        body.map("def g(a):\n{}".format),
        body.map("async for a in b:\n{}".format),
        body.map("class K:\n{}".format),
    )


PROGRAMS = (
    st.lists(st.recursive(SIMPLE, _compound, max_leaves=8), min_size=1, max_size=6)
    .map("\n".join)
    .map(lambda body: f"{HEAD}@app.orchestrator\nasync def main(ctx: Context, a):\n{_block(body)}\n")
)


@given(PROGRAMS)
@settings(max_examples=300, deadline=None)
def test_generated_programs(text: str) -> None:
    found = check_source(text, "shop.py")
    assert found == check_source(text, "shop.py")
    lines = text.split("\n")
    for each in found:
        assert 1 <= each.line <= len(lines)
        assert 1 <= each.column <= len(lines[each.line - 1]) + 1
        assert "\n" not in str(each)


@given(st.text(max_size=60))
@settings(deadline=None)
def test_any_text(text: str) -> None:
    module = parse(text, "shop.py")
    found = check_source(text, "shop.py")
    assert len(found) == (1 if isinstance(module, Diagnostic) else 0)


@pytest.mark.usefixtures("usual_depth")
def test_deep_nesting_is_reported() -> None:
    (found,) = check_source(
        f"{HEAD}@app.orchestrator\nasync def main(ctx, a):\n    return {'a + ' * 3000}a\n", "shop.py"
    )
    assert found.code == "PF001"


def test_many_paths_are_reported() -> None:
    """A `finally` body stands once per way out, so one inside another doubles each time."""
    body = "".join("    " * (n + 1) + "try: a\n" + "    " * (n + 1) + "finally:\n" for n in range(16))
    (found,) = check_source(f"{HEAD}@app.orchestrator\nasync def main(ctx, a):\n{body}{'    ' * 17}a\n", "shop.py")
    assert found.code == "PF001"
    assert "too deeply" in found.problem


def test_time_grows_with_the_program() -> None:
    """Twice as many orchestrators take about twice as long; the factor leaves room for a busy machine."""
    one = "@app.orchestrator\nasync def m{0}(ctx: Context, a: int) -> int:\n    x = await f(a)\n    for y in x:\n"
    one += "        a += len(await f(y))\n    return a\n"

    def took(count: int) -> float:
        text = HEAD + "".join(one.format(number) for number in range(count))
        times = []
        for _ in range(3):
            start = process_time()
            assert check_source(text, "shop.py") == ()
            times.append(process_time() - start)
        return min(times)

    assert took(200) < 4 * took(100)
