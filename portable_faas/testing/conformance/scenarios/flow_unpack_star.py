"""FLOW-091 Starred targets take the rest at any place, and too few values raise ValueError."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_091")
TAGS = ("flow",)
CASES = (
    Case("abcd", output=["d", "bc", "a"], calls='letters("abcd")'),
    Case("ab", output=["b", "", "a"], calls='letters("ab")'),
    Case("a", output=["too short"], calls='letters("a")'),
)


@app.activity
def letters(text: str) -> list[str]:
    return list(text)


@app.orchestrator
async def main(ctx: Context, text: str) -> list[str]:
    try:
        first, *middle, last = await letters(text)
    except ValueError:
        return ["too short"]
    return [last, "".join(middle), first]
