"""FLOW-086 Slices, negative indexes and membership of awaited lists and strings follow Python."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_086")
TAGS = ("flow",)
CASES = (
    Case("abcd", output=["cd", "dcba", "d", "bc", "True", ""], calls='letters("abcd")'),
    Case("é😀x", output=["😀x", "x😀é", "x", "😀x", "False", ""], calls='letters("é😀x")'),
)


@app.activity
def letters(text: str) -> list[str]:
    return list(text)


@app.orchestrator
async def main(ctx: Context, text: str) -> list[str]:
    items = await letters(text)
    tail = "".join(items[-2:])
    return [tail, text[::-1], items[-1], "".join(items[1:3]), str("b" in items), text[10:]]
