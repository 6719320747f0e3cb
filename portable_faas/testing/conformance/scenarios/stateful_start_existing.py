"""STATEFUL-037 Starting a live id inside an orchestrator raises InstanceExists, or gives it."""

from portable_faas import App, Context
from portable_faas.errors import InstanceExists
from portable_faas.testing.scenario import Case

app = App("stateful_037")
TAGS = ("stateful",)
CASES = (Case(output=["one", "InstanceExists", "one"]),)


@app.orchestrator
async def other(ctx: Context, n: int) -> None:
    await ctx.sleep(n)


@app.orchestrator
async def main(ctx: Context) -> list[str]:
    got = [(await other.start(3600, instance_id="one")).instance_id]
    try:
        await other.start(3600, instance_id="one")
    except InstanceExists as error:
        got.append(type(error).__name__)
    return [*got, (await other.start(1, instance_id="one", if_exists="return")).instance_id]
