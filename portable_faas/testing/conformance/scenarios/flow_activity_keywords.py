"""FLOW-159 Keyword arguments in any order reach the parameters they name."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_159")
TAGS = ("flow",)
CASES = (Case("a", output="---a!.a", calls='line("a",4,"-","!"); line("a",2)'),)


@app.activity
def line(text: str, width: int, *, fill: str = ".", end: str = "") -> str:
    return text.rjust(width, fill) + end


@app.orchestrator
async def main(ctx: Context, text: str) -> str:
    return await line(text, end="!", fill="-", width=4) + await line(width=2, text=text)
