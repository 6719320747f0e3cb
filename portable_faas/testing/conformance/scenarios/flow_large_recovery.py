"""FLOW-226 Many branches follow a failure, with a large value at hand and large results after them."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_226")
TAGS = ("flow",)
CASES = (Case(300, output=[300_000, 300, 4], calls=("fail(300)", *(f"undo({n})" for n in range(300)))),)


@app.activity
def fail(count: int) -> int:
    raise KeyError(count)


@app.activity
def undo(number: int) -> str:
    return "u" * (2000 if number % 100 else 100_000)


@app.orchestrator
async def main(ctx: Context, count: int) -> list[int]:
    text = "t" * 300_000
    try:
        return [await fail(count)]
    except KeyError:
        found = await ctx.gather(*[undo(number) for number in range(count)])
    return [len(text), len(found), len({*map(len, found)}) + 2]
