"""The alias rule misses nothing: where copies made at an await change the result, the program is refused.

A generated program runs twice in plain Python: as it is, and with every variable replaced by its own deep copy after
each await, which is what a state machine does. If the two differ, the checker must have refused the program.
"""

import ast
import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from portable_faas.compiler import check_source

HEAD = """\
from portable_faas import App, Context
app = App("x")
@app.activity
def stop(n: int) -> None: ...
@app.orchestrator
async def main(ctx: Context, n: int) -> list[object]:
    a, b, c, d = [1], [[2], [3]], {"k": [4], "m": [5]}, [6]
    x = [7]
"""
NAMES = ("a", "b", "c", "d", "x")

LISTS = st.sampled_from(["a", "b", "d", "x", "b[0]", "c['k']", "c['m']", "x[0]"])
VALUES = st.one_of(
    LISTS,
    st.sampled_from(
        ["[]", "[a]", "[b, d]", "[*b]", "list(b)", "b[:1]", "d + a", "a or d", "b if n else d", "sorted(a)"]
    ),
    st.sampled_from(
        ["c.get('k', a)", "c.setdefault('z', d)", "max(b, key=len)", "b.pop()", "[y for y in b]", "[b][0]"]
    ),
    st.sampled_from(["copy.deepcopy(b)", "{'k': a}", "c", "dict(c)", "list(c.values())", "(a, d)", "x"]),
)
STATEMENTS = st.one_of(
    st.just("await stop(1)"),
    st.just("await stop(1)"),
    st.tuples(st.sampled_from(NAMES), VALUES).map(lambda p: f"{p[0]} = {p[1]}"),
    st.tuples(st.sampled_from(["c['k']", "b[0]", "c['z']"]), VALUES).map(lambda p: f"{p[0]} = {p[1]}"),
    LISTS.map("{}.append(9)".format),
    st.tuples(LISTS, VALUES).map(lambda p: f"{p[0]}.append({p[1]})"),
    st.tuples(LISTS, LISTS).map(lambda p: f"{p[0]}.extend({p[1]})"),
    st.sampled_from(["a += d", "a, d = d, a", "x, a = b[0], x", "b.clear()", "del a[0]", "(a, d), x = (d, x), a"]),
)


def _indent(lines: list[str]) -> str:
    return "\n".join("    " + line for text in lines for line in text.split("\n"))


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=4).map(_indent)
    return st.one_of(
        st.tuples(body, body).map(lambda p: f"if n:\n{p[0]}\nelse:\n{p[1]}"),
        body.map("for _ in range(2):\n{}".format),
        st.tuples(st.sampled_from(["x", "a", "d"]), body).map(lambda p: f"for {p[0]} in list(b):\n{p[1]}"),
        st.tuples(body, body).map(lambda p: f"try:\n{p[0]}\nfinally:\n{p[1]}"),
        st.tuples(body, body).map(lambda p: f"try:\n{p[0]}\nexcept Exception:\n{p[1]}"),
    )


BODIES = st.lists(st.recursive(STATEMENTS, _blocks, max_leaves=6), min_size=3, max_size=9)
ENDS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True).map(
    lambda names: f"return [{', '.join(names)}]"
)


class _Copies(ast.NodeTransformer):
    """After each await, every variable becomes a copy of its own."""

    def visit_Expr(self, node: ast.Expr) -> Any:
        if not isinstance(node.value, ast.Await):
            return node
        copies = "\n".join(f"{name} = copy.deepcopy({name})" for name in NAMES)
        return ast.parse(copies).body


class _Direct(ast.NodeTransformer):
    """An await does nothing."""

    def visit_Await(self, _node: ast.Await) -> Any:
        return ast.Constant(None)


def run(text: str, n: int, copies: bool) -> str:
    """The result of ``main``, or its error, as text."""
    (main,) = (node for node in ast.parse(text).body if isinstance(node, ast.AsyncFunctionDef))
    changed = _Direct().visit(_Copies().visit(main) if copies else main)
    body = ast.FunctionDef("main", ast.parse("lambda ctx, n: 0", mode="eval").body.args, changed.body, [])  # type: ignore[attr-defined]
    names: dict[str, Any] = {"copy": copy}
    exec(compile(ast.fix_missing_locations(ast.Module([body], [])), "main", "exec"), names)
    try:
        return repr(names["main"](None, n))[:5000]
    except Exception as error:
        return repr(error)


@given(BODIES, ENDS, st.integers(0, 1))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_harm_is_always_refused(body: list[str], end: str, n: int) -> None:
    text = HEAD.replace("from portable", "import copy\nfrom portable", 1) + _indent([*body, end]) + "\n"
    as_written, with_copies = run(text, n, False), run(text, n, True)
    if as_written != with_copies:
        assert "PF021" in {each.code for each in check_source(text, "shop.py")}, text
