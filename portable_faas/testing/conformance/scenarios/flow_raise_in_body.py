"""FLOW-064 An error that the orchestrator raises itself between two awaits is caught like one of an activity."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_064")
TAGS = ("flow",)
CASES = (
    Case(1, output="4", calls="double(1); double(2)"),
    Case(6, output="caught 12 is too much, 2", calls="double(6); double(1)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    try:
        result = await double(n)
        if result > 10:
            raise OverflowError(f"{result} is too much")
        return f"{await double(result)}"
    except OverflowError as e:
        return f"caught {e}, {await double(1)}"
