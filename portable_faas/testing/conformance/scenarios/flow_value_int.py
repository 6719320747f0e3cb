"""FLOW-194 Whole numbers cross exactly up to 2**53-1 either way, and stay whole."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_194")
TAGS = ("flow",)
CASES = (
    Case(0, output=(0, "0 0"), calls="echo(0)"),
    Case(2**53 - 1, output=(9007199254740991, "9007199254740991 1"), calls="echo(9007199254740991)"),
    Case(-(2**53) + 1, output=(-9007199254740991, "-9007199254740991 9"), calls="echo(-9007199254740991)"),
)


@app.activity
def echo(n: int) -> int:
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> tuple[int, str]:
    kept = await echo(n)
    return kept, f"{kept} {kept % 10}"
