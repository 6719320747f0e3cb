"""FLOW-199 A `tuple[T, ...]` crosses with any length and may be a key of a local dict."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_199")
TAGS = ("flow",)
CASES = (Case((), output=((0,), 1), calls="grow([])"), Case((5, 6), output=((5, 6, 2), 1), calls="grow([5,6])"))


@app.activity
def grow(numbers: tuple[int, ...]) -> tuple[int, ...]:
    return (*numbers, len(numbers))


@app.orchestrator
async def main(ctx: Context, numbers: tuple[int, ...]) -> tuple[tuple[int, ...], int]:
    grown = await grow(numbers)
    places = {grown: 1, (): 0}
    return grown, places[grown]
