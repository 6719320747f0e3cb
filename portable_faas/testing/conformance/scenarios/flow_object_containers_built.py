"""FLOW-187 Lists and dicts built up across awaits keep their items and their order."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_187")
TAGS = ("flow",)
CASES = (
    Case([], output={}),
    Case(["ba", "xa"], output={"b": ["ba"], "a": ["ba", "xa"]}, calls='letters("ba"); letters("xa")'),
)


@app.activity
def letters(text: str) -> list[str]:
    return list(text)


@app.orchestrator
async def main(ctx: Context, words: list[str]) -> dict[str, list[str]]:
    index: dict[str, list[str]] = {}
    for word in words:
        for letter in await letters(word):
            index.setdefault(letter, []).append(word)
    index.pop("x", None)
    return index
