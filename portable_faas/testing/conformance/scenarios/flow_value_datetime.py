"""FLOW-206 A moment of any time zone crosses as the same instant in UTC, with its microseconds."""

from datetime import datetime, timedelta

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_206")
TAGS = ("flow",)
CASES = (
    Case(
        datetime.fromisoformat("2026-03-01T01:30:00.000005+02:00"),
        output=(datetime.fromisoformat("2026-03-01T23:30:00.000005+00:00"), "1 day, 0:00:00 0:00:00"),
        calls='later("2026-02-28T23:30:00.000005Z")',
    ),
)


@app.activity
def later(moment: datetime) -> datetime:
    return moment + timedelta(days=1)


@app.orchestrator
async def main(ctx: Context, moment: datetime) -> tuple[datetime, str]:
    new = await later(moment)
    return new, f"{new - moment} {new.utcoffset()}"
