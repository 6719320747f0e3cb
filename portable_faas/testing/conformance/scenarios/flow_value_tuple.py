"""FLOW-198 A tuple of fixed length crosses item by item and comes back as a tuple."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_198")
TAGS = ("flow",)
CASES = (Case(("a", 1), output=(1, "a", True), calls='swap(["a",1])'),)


@app.activity
def swap(pair: tuple[str, int]) -> tuple[int, str]:
    return pair[1], pair[0]


@app.orchestrator
async def main(ctx: Context, pair: tuple[str, int]) -> tuple[int, str, bool]:
    swapped = await swap(pair)
    return (*swapped, swapped == (pair[1], pair[0]))
