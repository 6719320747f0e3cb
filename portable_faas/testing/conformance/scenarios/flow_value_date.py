"""FLOW-207 A date crosses, also the first and the last one, and is calculated with."""

from datetime import date, timedelta

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_207")
TAGS = ("flow",)
CASES = (
    Case(date(2024, 2, 28), output=(date(2024, 2, 29), "28.02."), calls='echo("2024-02-28")'),
    Case(date.max, output=(date(9999, 12, 30), "31.12."), calls='echo("9999-12-31")'),
    Case(date.min, output=(date(1, 1, 2), "01.01."), calls='echo("0001-01-01")'),
)


@app.activity
def echo(day: date) -> date:
    return day


@app.orchestrator
async def main(ctx: Context, day: date) -> tuple[date, str]:
    kept = await echo(day)
    step = timedelta(days=-1 if kept == date.max else 1)
    return kept + step, f"{kept:%d.%m.}"
