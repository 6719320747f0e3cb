"""FLOW-111 A branch that catches its own failure does not fail the gather."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_111")
TAGS = ("flow",)
CASES = (
    Case([1, -2], output=["1", "-2 is negative, 0"], calls=("check(1)", "check(-2); check(0)")),
    Case([], output=[]),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


async def safe(ctx: Context, n: int) -> str:
    try:
        return str(await check(n))
    except ValueError as e:
        return f"{e}, {await check(0)}"


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> list[str]:
    return list(await ctx.gather(*[safe(ctx, item) for item in items]))
