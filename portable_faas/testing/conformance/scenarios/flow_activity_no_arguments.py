"""FLOW-160 An activity may take nothing and return nothing."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_160")
TAGS = ("flow",)
CASES = (Case(output=[7], calls=("nothing(); seven()", "nothing()", "nothing()")),)


@app.activity
def nothing() -> None:
    return None


@app.activity
def seven() -> int:
    return 7


@app.orchestrator
async def main(ctx: Context) -> list[int]:
    await nothing()
    await ctx.gather(nothing(), nothing())
    return [await seven()]
