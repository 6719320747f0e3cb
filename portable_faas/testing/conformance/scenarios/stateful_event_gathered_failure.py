"""STATEFUL-013 An event that a gather was given and did not hand over stays queued."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_013")
TAGS = ("stateful",)
CASES = (Case(output=["no", "kept"]),)


async def fail(ctx: Context) -> None:
    await ctx.sleep(10)
    raise ValueError("no")


@app.orchestrator
async def main(ctx: Context) -> list[Any]:
    try:
        await ctx.gather(ctx.wait_for_event("a", str), fail(ctx))
    except ValueError as error:
        return [str(error), await ctx.wait_for_event("a", str)]
    return []


async def drive(_client: Client, handle: Handle[Any]) -> None:
    await handle.raise_event("a", "kept")
