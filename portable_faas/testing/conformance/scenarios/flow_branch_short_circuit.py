"""FLOW-005 `and`, `or` and `not` around an awaited left side give Python's value, not only a bool."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_005")
TAGS = ("flow",)
CASES = (
    Case("", output=["empty", "True"], calls='letters(""); letters(""); letters("")'),
    Case("a", output=["a", "full", "False"], calls='letters("a"); letters("a"); letters("a")'),
)


@app.activity
def letters(text: str) -> list[str]:
    return list(text)


@app.orchestrator
async def main(ctx: Context, text: str) -> list[str]:
    either = await letters(text) or ["empty"]
    both = await letters(text) and ["full"]
    return [*either, *both, str(not await letters(text))]
