"""FLOW-094 Comprehensions with conditions between awaits work on awaited lists."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_094")
TAGS = ("flow",)
CASES = (
    Case("", output=[], calls='letters(""); letters("")'),
    Case("axb", output=["0A", "1B"], calls='letters("axb"); letters("AB")'),
    Case("x", output=[], calls='letters("x"); letters("")'),
)


@app.activity
def letters(text: str) -> list[str]:
    return list(text)


@app.orchestrator
async def main(ctx: Context, text: str) -> list[str]:
    items = await letters(text)
    upper = [item.upper() for item in items if item != "x"]
    more = await letters("".join(upper))
    return [f"{i}{item}" for i, item in enumerate(more)]
