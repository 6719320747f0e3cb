"""Flows of an app: which functions have one, and which variables are needed where a run may stop."""

import pytest

from portable_faas.compiler.flows import program
from portable_faas.ir import Await, Flow, HelperShape
from tests.aws.small import flow, load, main


def needed(found: Flow) -> dict[str, tuple[str, ...]]:
    """What is live after each await, by its operand."""
    live = {block.id: block.live for block in found.blocks}
    return {
        block.end.operand.text: tuple(name for name in live[block.end.to] if not name.startswith("_pf"))
        for block in found.blocks
        if isinstance(block.end, Await)
    }


@pytest.mark.parametrize(
    ("lines", "live"),
    [
        (["a = await work(1)", "b = await work(2)", "return a + b"], {"work(1)": (), "work(2)": ("a",)}),
        (["total = 1", "total += await work(1)", "return total"], {"work(1)": ("total",)}),
        (["box = {'a': 1}", "box['a'] += 1", "await work(1)", "return box"], {"work(1)": ("box",)}),
        (["a = 1", "await work(1)", "a = 2", "return a"], {"work(1)": ()}),
        (["a = await work(1)", "f = lambda: a", "await work(2)", "return f()"], {"work(1)": (), "work(2)": ("a", "f")}),
        (["for i in [1]:", "    await work(i)", "return n"], {"work(i)": ("n",)}),
        (["while n > 0:", "    n = n - 1", "    await work(1)", "return 2"], {"work(1)": ("n",)}),
    ],
)
def test_what_is_needed_after_an_await(lines: list[str], live: dict[str, tuple[str, ...]]) -> None:
    assert needed(flow(main(*lines))) == live


def test_what_only_a_handler_needs_is_kept() -> None:
    lines = ["a, b = 1, 2", "try:", "    await work(1)", "    b = 3", "except KeyError:", "    return a", "return b"]
    assert needed(flow(main(*lines))) == {"work(1)": ("a",)}


def test_what_a_finally_needs_is_kept_on_the_way_of_an_exception() -> None:
    lines = ["a = 1", "try:", "    await work(1)", "    a = 2", "    return n", "finally:", "    await other(a)"]
    found = needed(flow(main(*lines)))
    assert found["work(1)"] == ("a", "n")


def test_the_hidden_variables_of_a_loop_and_a_handler_are_kept() -> None:
    found = flow(
        main(
            "for i in [1, 2]:",
            "    try:",
            "        await work(i)",
            "    except KeyError:",
            "        await other(i)",
            "        raise",
        )
    )
    live = {block.id: block.live for block in found.blocks}
    after = {block.end.operand.text: live[block.end.to] for block in found.blocks if isinstance(block.end, Await)}
    assert "_pf_i1" in after["work(i)"]
    assert [name for name in after["other(i)"] if name.startswith("_pf_c")]  # a bare raise raises it again


def test_captured_variables_come_last_and_are_kept() -> None:
    text = main(
        "base = await work(1)",
        "async def add(x: int) -> int:",
        "    y = await work(x)",
        "    return y + base",
        "return await add(2)",
    )
    found = flow(text, "add")
    assert (found.parameters, found.captured, found.names[-1]) == (("x",), ("base",), "base")
    assert needed(found) == {"work(x)": ("base",)}
    assert found.key.endswith(":main.<locals>.add")


def test_helpers_have_a_flow_where_one_is_reached() -> None:
    app = load(
        main(
            "return await first(ctx, plain(n))",
            head="""
            def plain(n: int) -> int:
                return n

            async def first(ctx: Context, n: int) -> int:
                return await second(ctx, n)

            async def second(ctx: Context, n: int) -> int:
                return await work(n)

            async def unused(ctx: Context, n: int) -> int:
                return await work(n)
            """,
        )
    )
    made = program(app)
    assert [found.name for found in made.flows] == ["main", "first", "second"]
    assert made.orchestrators == (("main", made.flows[0].key),)
    end = made.flows[0].blocks[0].end
    assert isinstance(end, Await)
    assert end.shapes == (HelperShape(made.flows[1].key),)
    with pytest.raises(KeyError):
        made.flow("nowhere:main")


def test_functions_of_one_name_have_different_short_names() -> None:
    app = load(
        """
        def outer_one() -> None: ...

        @app.orchestrator
        async def first(ctx: Context, n: int) -> int:
            async def again(x: int) -> int:
                return await work(x)
            return await again(n)

        @app.orchestrator
        async def second(ctx: Context, n: int) -> int:
            async def again(x: int) -> int:
                return await other(x)
            return await again(n)
        """
    )
    made = program(app)
    assert sorted(made.shorts().values()) == ["again", "again-2", "first", "second"]
    assert list(made.shorts()) == [found.key for found in made.flows]
