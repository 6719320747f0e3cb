"""FLOW-158 Arguments left to their defaults are filled in by the activity, by position and by keyword."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_158")
TAGS = ("flow",)
CASES = (
    Case("a", output=["a..", "a__", "a.", "a---!"], calls='line("a",4,"-","!"); line("a"); line("a","_"); line("a",2)'),
)


@app.activity
def line(text: str, width: int = 3, *, fill: str = ".", end: str | None = None) -> str:
    return text.ljust(width, fill) + (end or "")


@app.orchestrator
async def main(ctx: Context, text: str) -> list[str]:
    full = await line(text, 4, fill="-", end="!")
    return [await line(text), await line(text, fill="_"), await line(text=text, width=2), full]
