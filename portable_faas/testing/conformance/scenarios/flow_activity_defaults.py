"""FLOW-159 Arguments left to their defaults are filled in by the activity, by position and by keyword."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_159")
TAGS = ("flow",)
CASES = (
    Case("a", output=["a..", "a__", "a.", "a---!"], calls='line("a"); line("a","_"); line("a",2); line("a",4,"-","!")'),
)


@app.activity
def line(text: str, width: int = 3, *, fill: str = ".", end: str | None = None) -> str:
    return text.ljust(width, fill) + (end or "")


@app.orchestrator
async def main(ctx: Context, text: str) -> list[str]:
    full = await line(text, 4, end="!", fill="-")
    return [await line(text), await line(text, fill="_"), await line(width=2, text=text), full]
