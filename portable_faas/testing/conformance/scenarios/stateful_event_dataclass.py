"""STATEFUL-010 Event data is decoded by the type that the wait names."""

from dataclasses import dataclass
from typing import Any

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

app = App("stateful_010")
TAGS = ("stateful",)
CASES = (Case(output="ann: 3"),)


@dataclass
class Vote:
    by: str
    stars: int


@app.orchestrator
async def main(ctx: Context) -> str:
    vote = await ctx.wait_for_event("vote", Vote)
    return f"{vote.by}: {vote.stars}"


async def drive(_client: Client, handle: Handle[Any]) -> None:
    await handle.raise_event("vote", Vote("ann", 3))
