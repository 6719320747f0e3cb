"""FLOW-208 A timedelta crosses exactly, negative and with microseconds."""

from datetime import timedelta

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_208")
TAGS = ("flow",)
CASES = (
    Case(timedelta(0), output=(timedelta(0), "0:00:00"), calls="twice(0)"),
    Case(
        timedelta(minutes=1, microseconds=1),
        output=(timedelta(minutes=2, microseconds=2), "0:01:00.000001"),
        calls="twice(60000001)",
    ),
    Case(timedelta(days=-1), output=(timedelta(days=-2), "-1 day, 0:00:00"), calls="twice(-86400000000)"),
)


@app.activity
def twice(span: timedelta) -> timedelta:
    return span * 2


@app.orchestrator
async def main(ctx: Context, span: timedelta) -> tuple[timedelta, str]:
    result = await twice(span)
    return result, str(result - span)
