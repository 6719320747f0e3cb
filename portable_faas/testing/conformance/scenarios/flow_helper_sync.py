"""FLOW-077 Plain functions are called freely between awaits, with defaults and keywords."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_077")
TAGS = ("flow",)
CASES = (Case(0, output="0 items, 0 steps", calls="double(0)"), Case(1, output="2 items, 1 step", calls="double(1)"))


@app.activity
def double(n: int) -> int:
    return n * 2


def describe(n: int, *, unit: str = "item") -> str:
    return f"{n} {unit}{'' if n == 1 else 's'}"


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    result = await double(n)
    return describe(result) + ", " + describe(n, unit="step")
