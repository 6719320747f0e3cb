"""FLOW-078 A plain function may be recursive."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_078")
TAGS = ("flow",)
CASES = (Case(0, output=3, calls="double(0); double(1)"), Case(3, output=732, calls="double(3); double(6)"))


@app.activity
def double(n: int) -> int:
    return n * 2


def factorial(n: int) -> int:
    return 1 if n < 2 else n * factorial(n - 1)


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    first = factorial(await double(n))
    return first + await double(factorial(n))
