"""STATEFUL-054 A suspended instance starts no new step; what came meanwhile is there when it goes on."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_054")
TAGS = ("stateful",)
CASES = (Case(output=[4, "kept"], calls="double(2)"),)


@app.activity
def double(n: int) -> int:
    return 2 * n


@app.orchestrator(suspendable=True)
async def main(ctx: Context) -> list[Any]:
    await ctx.sleep(10)
    return [await double(2), await ctx.wait_for_event("go", str)]


async def drive(client: Client, handle: Handle[Any]) -> None:
    await handle.suspend()
    await handle.raise_event("go", "kept")
    await client.advance(60)
    assert (await handle.status()).status == "Suspended"
    assert not [event for event in await handle.history() if event.kind == "Scheduled"]
    await handle.resume()
