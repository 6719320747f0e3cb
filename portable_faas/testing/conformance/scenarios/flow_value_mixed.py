"""FLOW-216 Portable types nest to any depth: an optional tuple of dates in a dict in a list."""

from datetime import date
from decimal import Decimal

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_216")
TAGS = ("flow",)
CASES = (
    Case([], output=[], calls="turned([])"),
    Case(
        [{}, {"b": None, "a": (date(2026, 1, 2), Decimal("0.10"))}],
        output=[{"a": (date(2026, 1, 2), Decimal("0.10")), "b": None}, {}],
        calls='turned([{},{"b":null,"a":["2026-01-02","0.10"]}])',
    ),
)

Row = dict[str, tuple[date, Decimal] | None]


@app.activity
def turned(rows: list[Row]) -> list[Row]:
    return [{key: row[key] for key in sorted(row)} for row in reversed(rows)]


@app.orchestrator
async def main(ctx: Context, rows: list[Row]) -> list[Row]:
    return await turned(rows)
