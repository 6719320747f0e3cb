"""STATEFUL-007 A time-out of zero takes what is queued and otherwise fails at once."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_007")
TAGS = ("stateful",)
CASES = (Case(output=["there", "late"]),)


@app.orchestrator
async def main(ctx: Context) -> list[str]:
    await ctx.sleep(5)
    got = [await ctx.wait_for_event("go", str, timeout=0)]
    try:
        got.append(await ctx.wait_for_event("go", str, timeout=0))
    except TimeoutError:
        got.append("late")
    return got


async def drive(_client: Client, handle: Handle[Any]) -> None:
    await handle.raise_event("go", "there")
