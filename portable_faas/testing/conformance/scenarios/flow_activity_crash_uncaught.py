"""FLOW-163 A crash that nobody catches ends the orchestrator, also when other code would run after it."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_163")
TAGS = ("flow",)
CASES = (
    Case(
        "bye",
        error=("portable_faas.errors.ActivityCrashed", "activity leave crashed: its process ended"),
        calls='leave("bye")',
    ),
)


@app.activity
def leave(text: str) -> str:
    raise SystemExit(text)


@app.orchestrator
async def main(ctx: Context, text: str) -> str:
    return await leave(text) + await leave("never")
