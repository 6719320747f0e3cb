"""The types a user sees; checked by mypy and pyright, never run. A wrong call must be an error of both."""

from dataclasses import dataclass
from typing import assert_type

from portable_faas import App, Context, Retry, connect

app = App("typing")


@dataclass
class Order:
    id: int


@dataclass
class Receipt:
    id: int


@app.activity
def charge(order: Order, note: str = "") -> Receipt:
    return Receipt(order.id)


@app.activity(retry=Retry(attempts=2), timeout=5)
async def refund(receipt: Receipt) -> int:
    return receipt.id


async def helper(ctx: Context, order: Order) -> str:
    return f"{ctx.instance_id} {order.id}"


@app.orchestrator
async def fulfil(ctx: Context, order: Order) -> Receipt:
    receipt = await charge(order)
    assert_type(receipt, Receipt)
    assert_type(await refund(receipt), int)
    assert_type(await charge.using(timeout=3)(order, note="x"), Receipt)
    assert_type(await ctx.gather(charge(order), refund(receipt)), tuple[Receipt, int])
    assert_type(await ctx.gather(*[refund(receipt) for _ in range(2)]), list[int])
    assert_type(await ctx.gather(refund(receipt), return_exceptions=True), list[int | Exception])
    assert_type(await ctx.map(refund, [receipt], limit=2), list[int])
    assert_type(await ctx.map(helper, [order]), list[str])
    assert_type(await helper(ctx, order), str)
    assert_type(await ctx.sleep(1), None)
    await charge("x", order)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await refund(order)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await ctx.map(refund, [order])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    return receipt


@app.orchestrator
async def without_input(ctx: Context) -> int:
    return 1


@app.orchestrator
async def with_default(ctx: Context, times: int = 3) -> str:
    return "x" * times


async def drive() -> None:
    async with connect(app) as client:
        handle = await client.start(fulfil, Order(1))
        assert_type(await handle.result(), Receipt)
        assert_type(await (await client.start(without_input)).result(), int)
        assert_type(await (await client.start(with_default, 4)).result(), str)
        assert_type(await (await client.start(with_default)).result(), str)
        await client.start(with_default, "4")  # type: ignore[misc]  # pyright: ignore[reportArgumentType]
        await client.start(fulfil, Receipt(1))  # type: ignore[misc]  # pyright: ignore[reportArgumentType]


@app.entity
class Counter:
    value: int = 0
    name: str = ""

    def add(self, n: int) -> int:
        self.value += n
        return self.value


def test_by_itself() -> None:
    assert_type(Counter(3).add(2), int)
    Counter(3, "a")
    Counter("3")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Counter(3, "a", 3)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
