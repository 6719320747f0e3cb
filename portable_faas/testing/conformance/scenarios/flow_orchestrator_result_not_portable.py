"""FLOW-175 A result that may not cross fails the orchestrator with NotPortable, after its calls."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_175")
TAGS = ("flow",)
CASES = (
    Case(1, output=0.5, calls="double(1)"),
    Case(
        9,
        error=(
            "portable_faas.errors.NotPortable",
            "result: NaN may not cross a durable boundary; use None or a finite number",
        ),
        calls="double(9)",
    ),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> float:
    result = await double(n)
    return 0.5 if result < 10 else float("nan")
