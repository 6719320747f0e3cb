"""STATEFUL-058 A caught exception lives across awaits and events and is raised again."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_058")
TAGS = ("stateful",)
CASES = (Case(error=("ValueError", "kept: bad"), calls='check("bad")'),)


@app.activity
def check(text: str) -> None:
    raise ValueError(f"kept: {text}")


@app.orchestrator
async def main(ctx: Context) -> None:
    kept: Exception | None = None
    try:
        await check("bad")
    except ValueError as error:
        kept = error
    await ctx.wait_for_event("go")
    await ctx.sleep(10)
    if kept is not None:
        raise kept


async def drive(_client: Client, handle: Handle[Any]) -> None:
    await handle.raise_event("go")
