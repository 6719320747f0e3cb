"""Awaits are taken out of a statement in the order in which Python carries them out."""

import ast
import asyncio
import textwrap
from typing import Any

import pytest

from portable_faas.compiler.hoist import awaits, hoisted, leaves
from portable_faas.compiler.unbound import unbound


def taken(text: str) -> tuple[list[str], str]:
    """The operands in order, and what is left of the statement."""
    operands: list[str] = []

    def take(operand: ast.expr) -> str:
        operands.append(ast.unparse(operand))
        return f"t{len(operands)}"

    left = ast.unparse(hoisted(ast.parse(text).body[0], take, lambda _name: None))
    return operands, left


STATEMENTS = [
    ("total += await f(1)", ["f(1)"], "total += t1"),
    ("x = [await f(1), (await f(2), await f(3))]", ["f(1)", "f(2)", "f(3)"], "x = [t1, (t2, t3)]"),
    ("x = await f(await f(1) + await f(2))", ["f(1)", "f(2)", "f(t1 + t2)"], "x = t3"),
    ("seen[await f(1)] = await f(2)", ["f(2)", "f(1)"], "seen[t2] = t1"),
    ("seen[await f(1)] = seen[await f(2)] = await f(3)", ["f(3)", "f(1)", "f(2)"], "seen[t2] = seen[t3] = t1"),
    ("seen[await f(1)]: int = await f(2)", ["f(2)", "f(1)"], "seen[t2]: int = t1"),
    ("x = {await f(1): await f(2), **await g(3)}", ["f(1)", "f(2)", "g(3)"], "x = {t1: t2, **t3}"),
    ("x = h(await f(1), *await g(2), k=await f(3))", ["f(1)", "g(2)", "f(3)"], "x = h(t1, *t2, k=t3)"),
    ("x = await f(1) < await f(2)", ["f(1)", "f(2)"], "x = t1 < t2"),
    ("x = lambda: 1", [], "x = lambda: 1"),
]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("x += h(a, await f(b), c)", ["x", "h", "a"]),
        ("x = h(a if b else c, await f(1), d)", ["h", "b"]),
        ("x = h(a and b, [each for each in c], await f(1))", ["h", "a", "c"]),
        ("x = h([a for a, b in await f(1) if c])", ["h"]),
        ("x = h(lambda: a, await f(1))", ["h"]),
    ],
)
def test_names_that_are_read_before_the_first_await(text: str, read: list[str]) -> None:
    early: list[str] = []
    hoisted(ast.parse(text).body[0], lambda _operand: "t", lambda name: early.append(name.id))
    assert early == read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("if n:\n    x = 1\nx", [3]),
        ("if n:\n    x = 1\nelse:\n    x = 2\nx", []),
        ("for x in n:\n    x\nx", [3]),
        ("while n:\n    x = 1\n    x", []),
        ("try:\n    x = 1\nexcept E:\n    x\nelse:\n    x\nx", [4, 7]),
        ("try:\n    n()\nfinally:\n    x = 1\nx", []),
        ("with n as x:\n    x\n    y = 1\ny", [4]),
        ("match n:\n    case [x, *_] if x:\n        x\nx", [4]),
        ("x = 1\nx\ndel x", [2]),
        ("x += 1\nx", [1, 2]),
        ("def x(): pass\nx", []),
        ("n", []),
    ],
)
def test_reads_of_variables_that_may_have_no_value(text: str, found: list[int]) -> None:
    function = ast.parse("async def f(n):\n" + textwrap.indent(text, "    ")).body[0]
    assert isinstance(function, ast.AsyncFunctionDef)
    assert sorted(line - 1 for line, _ in unbound(function)) == found


@pytest.mark.parametrize(("text", "operands", "left"), STATEMENTS)
def test_order(text: str, operands: list[str], left: str) -> None:
    assert taken(text) == (operands, left)


@pytest.mark.parametrize("text", [text for text, _, _ in STATEMENTS])
def test_python_awaits_in_that_order(text: str) -> None:
    """The oracle: the statement as it stands, awaited functions that write down what they are called with."""
    operands, left = taken(text)
    apart = [f"t{number} = await {operand}" for number, operand in enumerate(operands, 1)]
    whole, cut = run([text]), run([*apart, left])
    assert whole == cut
    assert len(whole[0]) == len(operands)


def run(lines: list[str]) -> tuple[list[str], dict[str, str]]:
    """What was awaited in order, and the variables afterwards."""
    order: list[str] = []

    async def f(n: int) -> int:
        order.append(f"f{n}")
        return n * 10

    async def g(n: int) -> dict[int, int]:
        order.append(f"g{n}")
        return {n: n}

    scope: dict[str, Any] = {"f": f, "g": g, "h": lambda *args, **kwargs: (args, kwargs)}
    body = "\n".join(f"    {line}" for line in lines)
    exec(f"async def main():\n    seen, total = dict(), 0\n{body}\n    return locals()", scope)
    found = asyncio.run(scope["main"]())
    values = {name: repr(found[name]) for name in ("x", "seen", "total") if name in found and not callable(found[name])}
    return order, values


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("x = await f()", True),
        ("if a:\n    await f()", True),
        ("async def g():\n    await f()", False),
        ("x = lambda: 1", False),
        ("x = [y for y in await f()]", True),
    ],
)
def test_what_awaits(text: str, found: bool) -> None:
    assert awaits(ast.parse(text).body[0]) is found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("return 1", True),
        ("if a:\n    return", True),
        ("while a:\n    break", False),
        ("while a:\n    pass\nelse:\n    break", True),
        ("for a in b:\n    if a:\n        continue", False),
        ("if a:\n    continue", True),
        ("def f():\n    return 1", False),
        ("try:\n    a\nfinally:\n    break", True),
        ("with a:\n    for b in c:\n        return 1", True),
    ],
)
def test_what_leaves(text: str, found: bool) -> None:
    """Such statements stand in a loop of the user."""
    assert leaves(ast.parse(text).body[0]) is found
