"""FLOW-221 Helpers that run side by side keep large values of their own, and give them back."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_221")
TAGS = ("flow",)
TEXT = "c" * 60_000
CASES = (Case(12, output=[12, 1_440_000], calls=tuple(f'make(60000); echo("{TEXT}",{n})' for n in range(12))),)


@app.activity
def make(length: int) -> str:
    return "c" * length


@app.activity
def echo(text: str, number: int) -> str:
    return text


async def both(ctx: Context, number: int) -> str:
    first = await make(60_000)
    return first + await echo(first, number)


@app.orchestrator
async def main(ctx: Context, count: int) -> list[int]:
    found = await ctx.map(both, range(count))
    return [len(found), sum(map(len, found))]
