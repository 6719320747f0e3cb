"""STATEFUL-032 A sub-orchestration under a chosen id; a live id is refused at the call."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_032")
TAGS = ("stateful",)
CASES = (Case(output=["mine", "InstanceExists"]),)


@app.orchestrator
async def child(ctx: Context, n: int) -> str:
    await ctx.sleep(n)
    return ctx.instance_id


@app.orchestrator
async def main(ctx: Context) -> list[str]:
    named = child.using(instance_id="mine")
    got = await ctx.gather(named(60), named(1), return_exceptions=True)
    return [each if isinstance(each, str) else type(each).__name__ for each in got]
