"""Which gathers take their calls from the input as they are."""

import pytest

from portable_faas.compiler.flows import program
from portable_faas.ir import Await, Given, Mapped
from tests.aws.small import load

APP = """
    from dataclasses import dataclass

    @dataclass
    class Line:
        sku: str
        counts: list[int]

    @dataclass
    class Order:
        id: str
        lines: list[Line]

    @app.activity
    def ship(order_id: str, line: Line, note: str = "") -> str:
        return order_id

    @app.activity
    def weigh(line: Line) -> int:
        return 1

    async def handle(ctx: Context, line: Line, twice: bool = False) -> int:
        return await weigh(line)

    async def plain(line: Line) -> int:
        return await weigh(line)

    async def wide(line: object) -> int:
        return await weigh(Line("", []))

    async def many(*lines: Line) -> int:
        return await weigh(lines[0])

    @app.orchestrator
    async def main(ctx: Context, order: Order) -> str:
        extra = order
        found = await {gather}
        return str(found)
"""
ITEM, ID = Given("line"), Given("order_id", ("id",))
LINES = ("lines",)


def mapped(gather: str) -> Mapped | None:
    """What the compiler finds out about a gather in ``main``."""
    flow = program(load(APP.replace("{gather}", gather))).flows[0]
    (end,) = [block.end for block in flow.blocks if isinstance(block.end, Await)]
    return end.mapped


@pytest.mark.parametrize(
    ("gather", "found"),
    [
        ("ctx.map(weigh, order.lines)", Mapped("weigh", (ITEM,), LINES)),
        ("ctx.map(weigh, order.lines, limit=3)", Mapped("weigh", (ITEM,), LINES, 3)),
        ("ctx.map(weigh, order.lines, 3)", None),
        ("ctx.gather(*[weigh(each) for each in order.lines], limit=3)", Mapped("weigh", (ITEM,), LINES, 3)),
        ("ctx.gather(*[weigh(each) for each in order.lines], limit=len(order.lines))", None),
        ("ctx.gather(*[ship(order.id, each) for each in order.lines])", Mapped("ship", (ID, ITEM), LINES)),
        ("ctx.gather(*[ship(each, each) for each in order.lines])", None),
        ("ctx.gather(*[ship(extra.id, each) for each in order.lines])", None),
        ("ctx.gather(*[weigh(order.lines[0]) for each in order.lines])", None),
        ("ctx.gather(*[weigh(each) for each in order.lines if each])", None),
        ("ctx.gather(*[weigh(each) for each in order.lines], return_exceptions=True)", None),
    ],
)
def test_activities(gather: str, found: Mapped | None) -> None:
    assert mapped(gather) == found


@pytest.mark.parametrize(
    ("gather", "name", "context"),
    [
        ("ctx.map(handle, order.lines)", "handle", True),
        ("ctx.gather(*[handle(ctx, each) for each in order.lines])", "handle", True),
        ("ctx.gather(*[plain(each) for each in order.lines])", "plain", False),
        ("ctx.gather(*[handle(ctx, each, True) for each in order.lines])", "", False),
        ("ctx.gather(*[wide(each) for each in order.lines])", "", False),  # its parameter has another type
        ("ctx.gather(*[many(each) for each in order.lines])", "", False),
    ],
)
def test_helpers(gather: str, name: str, context: bool) -> None:
    found = mapped(gather)
    if found is None:
        assert name == ""
        return
    assert found.callee.endswith(f":{name}")
    assert (found.arguments, found.path, found.helper, found.context) == ((ITEM,), LINES, True, context)
