"""FLOW-171 An orchestrator that awaits nothing completes, or fails, like any other."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_171")
TAGS = ("flow",)
CASES = (Case("a,b", output=["a", "b"]), Case("a", output=["a"]), Case("", error=("ValueError", "no text")))


@app.orchestrator
async def main(ctx: Context, text: str) -> list[str]:
    if not text:
        raise ValueError("no text")
    return text.split(",")
