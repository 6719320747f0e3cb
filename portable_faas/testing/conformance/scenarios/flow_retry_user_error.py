"""FLOW-148 Filters know a user's exception classes and their bases."""

from portable_faas import App, Context, Retry
from portable_faas.testing.scenario import Case

app = App("flow_148")
TAGS = ("flow",)
CASES = (
    Case(True, error=(f"{__name__}.Busy", "later"), calls="visit(true)", elapsed=4),
    Case(False, error=(f"{__name__}.Closed", "for good"), calls="visit(false)", elapsed=0),
)


class Busy(Exception): ...


class Closed(Busy): ...


@app.activity(retry=Retry(attempts=2, first=4, on=(Busy,), never=(Closed,)))
def visit(open_today: bool) -> int:
    raise Busy("later") if open_today else Closed("for good")


@app.orchestrator
async def main(ctx: Context, open_today: bool) -> int:
    return await visit(open_today)
