"""FLOW-095 Dict and set comprehensions live between two awaits; a set crosses as a sorted list."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_095")
TAGS = ("flow",)
CASES = (
    Case("", output={}, calls='letters(""); letters("")'),
    Case("bAab", output={"a": 2, "b": 2}, calls='letters("bAab"); letters("ab")'),
)


@app.activity
def letters(text: str) -> list[str]:
    return list(text)


@app.orchestrator
async def main(ctx: Context, text: str) -> dict[str, int]:
    kinds = {letter.lower() for letter in await letters(text)}
    ordered = await letters("".join(sorted(kinds)))
    return {letter: text.lower().count(letter) for letter in ordered}
