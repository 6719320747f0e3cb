"""FLOW-223 A failure with large attributes, or the longest message, ends the orchestrator as itself."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_223")
TAGS = ("flow",)
LONGEST = '"' * 8192
CASES = (
    Case(300_000, error=("ValueError", "no"), calls="check(300000)"),
    Case(1, error=("ValueError", LONGEST), calls="check(1)"),
)


@app.activity
def check(length: int) -> int:
    return length


@app.orchestrator
async def main(ctx: Context, length: int) -> int:
    found = await check(length)
    error = ValueError("no" if found > 1 else '"' * 8192)
    error.detail = "e" * found  # type: ignore[attr-defined]
    raise error
