"""FLOW-072 An error that a helper raises between its awaits passes the helpers above up to the handler."""

from contextlib import suppress

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_072")
TAGS = ("flow",)
CASES = (Case(1, output=109, calls="double(1); double(50)"), Case(6, output=-1, calls="double(6)"))


@app.activity
def double(n: int) -> int:
    return n * 2


async def inner(ctx: Context, n: int) -> int:
    return [7, 8, 9][await double(n)]


async def outer(ctx: Context, n: int) -> int:
    return await inner(ctx, n) + await double(50)


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    with suppress(LookupError):
        return await outer(ctx, n)
    return -1
