"""FLOW-106 A failing branch of a gather raises at once, and the program goes on while others still wait."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_106")
TAGS = ("flow",)
CASES = (Case(-1, output="-1 is negative 5", calls=("check(5)", "check(-1)")), Case(2, output="fine", calls="check(2)"))


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    try:
        await ctx.gather(ctx.sleep(500), check(n))
    except ValueError as e:
        return f"{e} {await check(5)}"
    return "fine"
