"""FLOW-034 After a match that no case fits, or whose case ends normally, the code below runs."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_034")
TAGS = ("flow",)
CASES = (
    Case("one", output=102, calls="double(1)"),
    Case("two", output=112, calls="double(2); double(4)"),
    Case("three", output=100),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, word: str) -> int:
    total = 0
    match word:
        case "one":
            total = await double(1)
        case "two":
            total = await double(2)
            total += await double(total)
    return total + 100
