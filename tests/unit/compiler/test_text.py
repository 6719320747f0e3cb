"""Nodes written back as text: strings on one line, marks in nested coroutine functions, the same meaning."""

import ast
from textwrap import indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portable_faas.compiler.text import text_of


def statement(text: str) -> ast.stmt:
    return ast.parse(text).body[0]


def test_a_text_of_several_lines_stands_on_one() -> None:
    text = text_of(statement('def f():\n    """One.\n\n    Two.\n    """\n    return 1'))
    assert text.splitlines() == ["def f():", '    """One.\\n\\n    Two.\\n    """', "    return 1"]


SAMPLES = [
    '"""a\nb"""',
    "'''a\n\"b\" \\n \\\\ \"\"\"'''",
    'f"""a\n{x}\n  {x!r:>4}\nb"""',
    'f"""{x}\n{f"{x}"}\n"""',
    'b"""a\nb"""',
    'r"""a\\d\nb"""',
    '["""a\nb""", 1, """c\nd\n"""]',
    '("""a\n""" + f"""\n{x}""").strip()',
]


@pytest.mark.parametrize("sample", SAMPLES)
def test_an_indented_text_means_the_same(sample: str) -> None:
    text = text_of(statement(f"def f(x):\n    y = {sample}\n    return y"))
    scope: dict[str, object] = {}
    exec(f"if 1:\n{indent(text, '        ')}", scope)
    assert scope["f"](7) == eval(sample, {"x": 7})  # type: ignore[operator]


@given(st.text(), st.text(st.characters(codec="utf-8")))
def test_any_text_survives_an_indentation(one: str, other: str) -> None:
    """Also lone surrogates, carriage returns and line separators, which `str.splitlines` takes for line ends."""
    node = ast.parse("def f(): pass").body[0]
    assert isinstance(node, ast.FunctionDef)
    node.body = [
        ast.Expr(ast.Constant(one)),
        ast.Return(ast.Tuple([ast.Constant(one), ast.Constant(other)], ast.Load())),
    ]
    text = text_of(ast.fix_missing_locations(node))
    scope: dict[str, object] = {}
    exec("if 1:\n" + "\n".join(f"    {line}" for line in text.splitlines()), scope)
    assert scope["f"]() == (one, other)  # type: ignore[operator]
    assert scope["f"].__doc__ == one


def test_a_nested_coroutine_function_is_marked_behind_its_docstring() -> None:
    node = statement('async def f(x):\n    "Text."\n    async def g(): return 1\n    return x')
    text = text_of(node, {(1, 0): 4, (3, 4): 7})
    scope: dict[str, object] = {}
    exec(text, scope)
    assert "_pf_flow_4" in scope["f"].__code__.co_varnames  # type: ignore[attr-defined]
    assert scope["f"].__doc__ == "Text."
    assert "_pf_flow_7 = None" in text
    assert text_of(node) == ast.unparse(node)  # without marks, and the node itself is as it was
