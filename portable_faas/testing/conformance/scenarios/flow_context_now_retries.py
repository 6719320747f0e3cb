"""FLOW-234 The pauses between attempts have passed when a failure is handled."""

from portable_faas import App, Context, Retry
from portable_faas.testing.scenario import Case

app = App("flow_234")
TAGS = ("flow",)
CASES = (
    Case("handled", output=15.0, calls="never()", elapsed=15),
    Case("after", output=15.0, calls="never(); note()", elapsed=15),
    Case("exhausted", error=("ValueError", "no"), calls="never()", elapsed=15),
)


@app.activity(retry=Retry(attempts=3, first=5))
def never() -> None:
    raise ValueError("no")


@app.activity
def note() -> None: ...


@app.orchestrator
async def main(ctx: Context, how: str) -> float:
    began = ctx.now()
    try:
        await never()
    except ValueError:
        if how == "exhausted":
            raise
        failed = ctx.now()
        if how == "after":
            await note()
        return (failed - began).total_seconds()
    return -1.0
