"""FLOW-089 An await may stand in the arguments of a plain call, by position and by keyword."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_089")
TAGS = ("flow",)
CASES = (Case(1, output=["2/1/4", "20/0"], calls="double(1); double(2); double(9)"),)


@app.activity
def double(n: int) -> int:
    return n * 2


def join(first: int, *others: int, end: int = 0) -> str:
    return "/".join(map(str, (first, *others, end)))


@app.orchestrator
async def main(ctx: Context, n: int) -> list[str]:
    text = join(await double(n), n, end=await double(n + 1))
    return [text, join(max(await double(9), 20))]
