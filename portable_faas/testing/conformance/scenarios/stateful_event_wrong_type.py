"""STATEFUL-011 Event data that does not fit the type raises NotPortable at the wait, and is consumed."""

from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.errors import NotPortable
from portable_faas.testing.scenario import Case

app = App("stateful_011")
TAGS = ("stateful",)
CASES = (Case(output=["event n: a str may not cross as int; nothing is coerced, so convert it or declare str", 2]),)


@app.orchestrator
async def main(ctx: Context) -> list[Any]:
    try:
        first: Any = await ctx.wait_for_event("n", int)
    except NotPortable as wrong:
        first = str(wrong)
    return [first, await ctx.wait_for_event("n", int)]


async def drive(_client: Client, handle: Handle[Any]) -> None:
    await handle.raise_event("n", "one")
    await handle.raise_event("n", 2)
