"""STATEFUL-038 `continue_as_new` begins again with a new input under one id."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_038")
TAGS = ("stateful",)
CASES = (Case(5, output="5 4 3 2 1 done", calls=""),)


@app.orchestrator
async def main(ctx: Context, left: int | str) -> str:
    text = str(left)
    number = int(text.split()[-1])
    await ctx.sleep(1)
    if number > 1:
        return await ctx.continue_as_new(f"{text} {number - 1}")
    return f"{text} done"


async def drive(client: Client, handle: Handle[Any]) -> None:
    await handle.result()
    assert [status.instance_id for status in await client.list()] == [handle.instance_id]
