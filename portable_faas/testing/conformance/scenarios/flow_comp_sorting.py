"""FLOW-097 Sorting with a key, zip, min and max between awaits keep Python's order of equal items."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_097")
TAGS = ("flow",)
CASES = (Case(["bb", "a", "cc", "ddd"], output=["d-ddd", "b-bb", "c-cc", "a-a", "a", "ddd"], calls='letters("dbca")'),)


@app.activity
def letters(text: str) -> list[str]:
    return list(text)


@app.orchestrator
async def main(ctx: Context, words: list[str]) -> list[str]:
    ordered = sorted(words, key=len, reverse=True)
    initials = await letters("".join(word[0] for word in ordered))
    pairs = [f"{initial}-{word}" for initial, word in zip(initials, ordered, strict=True)]
    return [*pairs, min(words), max(words, key=len)]
