"""FLOW-169 A default of None stands for a fresh dict, which the orchestrator may change."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_169")
TAGS = ("flow",)
CASES = (
    Case(output={"a": 2, "b": 2}, calls="double(1); double(1)"),
    Case({"b": 5}, output={"b": 10, "a": 2}, calls="double(1); double(5)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, given: dict[str, int] | None = None) -> dict[str, int]:
    counts = dict(given or {})
    for key in ("a", "b"):
        counts[key] = await double(counts.get(key, 1))
    return counts
