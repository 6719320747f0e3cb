"""STATEFUL-070 `first(n)` is a branch like any other: of a gather, of a race, of a `first`."""

from typing import Any

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_070")
TAGS = ("stateful",)
CASES = (
    Case("gather", output=[[[1, 3], [0, 5]], 20], elapsed=20.0),
    Case("race", output=[0, [[1, 3], [0, 5]]], elapsed=5.0),
    Case("lost", output=[1, 4], elapsed=4.0),
    Case("first", output=[1, 2, 0, [[1, 3]]], elapsed=3.0),
    Case("failed", output=["ValueError", 1], elapsed=13.0),
)


async def answer(ctx: Context, seconds: int) -> int:
    await ctx.sleep(seconds)
    if seconds == 13:
        raise ValueError("unlucky")
    return seconds


def listed(pairs: Any) -> list[Any]:
    return [list(pair) for pair in pairs]


@app.orchestrator
async def main(ctx: Context, how: str) -> list[Any]:
    if how == "failed":
        got = await ctx.gather(ctx.first(1, answer(ctx, 13), ctx.sleep(20)), answer(ctx, 1), return_exceptions=True)
        return [type(got[0]).__name__, got[1]]
    quorum = ctx.first(1 if how == "first" else 2, answer(ctx, 5), answer(ctx, 3), answer(ctx, 9))
    if how == "gather":
        pairs, other = await ctx.gather(quorum, answer(ctx, 20))
        return [listed(pairs), other]
    if how == "first":
        (one, two), (other, inner) = await ctx.first(2, quorum, answer(ctx, 2))
        return [one, two, other, listed(inner)]
    index, value = await ctx.race(quorum, answer(ctx, 4 if how == "lost" else 30))
    return [index, value if how == "lost" else listed(value)]
