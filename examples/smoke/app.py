"""Small programs that a live cloud should end exactly as the embedded engine does: what `make live-smoke` starts."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from portable_faas import App, Context, Retry

app = App("smoke")


class Refused(Exception):
    """An error class of the program's own."""


@dataclass
class Item:
    """A value with types that JSON does not have."""

    name: str
    price: Decimal
    day: date
    data: bytes


@app.activity
def double(n: int) -> int:
    return n * 2


@app.activity
def refuse(what: str) -> str:
    raise Refused(f'no "{what}"\nat all: ü')


@app.activity
async def raised(item: Item) -> Item:
    return Item(item.name.upper(), item.price * 2, item.day + timedelta(days=1), item.data[::-1])


@app.orchestrator
async def chain(ctx: Context, n: int) -> int:
    for _ in range(5):
        n = await double(n)
    return n


@app.orchestrator
async def fan_out(ctx: Context, count: int) -> list[int]:
    return await ctx.map(double, list(range(count)))


@app.orchestrator
async def caught(ctx: Context, what: str) -> str:
    try:
        return await refuse(what)
    except Refused as error:
        return f"{error} {await double(1)}"


@app.orchestrator
async def uncaught(ctx: Context, what: str) -> str:
    return await refuse(what)


@app.orchestrator
async def retried(ctx: Context, what: str) -> str:
    try:
        return await refuse.using(retry=Retry(attempts=3, first=1.0))(what)
    except Refused:
        return "three tries"


@app.orchestrator
async def timer(ctx: Context, seconds: int) -> bool:
    began = ctx.now()
    await ctx.sleep(seconds)
    return ctx.now() - began >= timedelta(seconds=seconds)


async def two_steps(ctx: Context, n: int) -> bool:
    began = ctx.now()
    await double(await double(n))
    return ctx.now() - began < timedelta(seconds=10)


@app.orchestrator
async def side_by_side(ctx: Context, seconds: int) -> bool:
    """Whether a branch goes on while another one sleeps: a host that waits for everything it is given says no."""
    went_on, _ = await ctx.gather(two_steps(ctx, 1), ctx.sleep(seconds))
    return went_on


@app.orchestrator
async def status(ctx: Context, text: str) -> str:
    await ctx.set_status({"at": text, "n": 0})
    return text


@app.orchestrator
async def values(ctx: Context, item: Item) -> Item:
    return await raised(item)
