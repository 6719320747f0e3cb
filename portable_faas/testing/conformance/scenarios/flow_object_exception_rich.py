"""FLOW-190 An exception keeps arguments and attributes of rich types: a moment and an amount."""

from datetime import datetime, timedelta
from decimal import Decimal

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_190")
TAGS = ("flow",)
CASES = (Case(Decimal("1.50"), output="04:04 3.00", calls='fetch("1.50")'),)


class Late(Exception):
    since = datetime.fromisoformat("2026-01-02T03:04:05+00:00")


@app.activity
def fetch(fee: Decimal) -> str:
    late = Late("late", fee)
    late.since += timedelta(hours=1)
    raise late


@app.orchestrator
async def main(ctx: Context, fee: Decimal) -> str:
    try:
        return await fetch(fee)
    except Late as e:
        return f"{e.since:%H:%M} {e.args[1] * 2}"
