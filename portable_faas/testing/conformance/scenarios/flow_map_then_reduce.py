"""FLOW-126 Words are counted in parallel and merged in order: fan out, fan in."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_126")
TAGS = ("flow",)
CASES = (
    Case([], output={}),
    Case(["b a", "a", ""], output={"b": 1, "a": 2}, calls=('count("b a")', 'count("a")', 'count("")')),
)


@app.activity
def count(line: str) -> dict[str, int]:
    words = line.split()
    return {word: words.count(word) for word in words}


@app.orchestrator
async def main(ctx: Context, lines: list[str]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for counts in await ctx.map(count, lines, limit=3):
        for word, number in counts.items():
            totals[word] = totals.get(word, 0) + number
    return totals
