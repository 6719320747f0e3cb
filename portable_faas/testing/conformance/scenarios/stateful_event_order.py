"""STATEFUL-003 Events of one name are consumed in the order of their arrival, those of other names stay queued."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_003")
TAGS = ("stateful",)
CASES = (Case(output=["b1", "a1", "a2", "a3"]),)


@app.orchestrator
async def main(ctx: Context) -> list[str]:
    await ctx.sleep(5)
    got = [await ctx.wait_for_event("b", str)]
    for _ in range(3):
        got.append(await ctx.wait_for_event("a", str))
    return got


async def drive(_client: Client, handle: Handle[Any]) -> None:
    for name in ("a1", "a2", "b1", "a3"):
        await handle.raise_event(name[0], name)
