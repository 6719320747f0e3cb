"""An app whose instances hold locks against each other."""

from portable_faas import App, Context

app = App("locking")


@app.entity
class Account:
    balance: int = 0
    busy: bool = False

    def add(self, amount: int) -> int:
        self.balance += amount
        return self.balance

    def enter(self) -> None:
        if self.busy:
            raise RuntimeError("two are inside")
        self.busy = True

    def leave(self) -> None:
        self.busy = False


@app.activity
def check(amount: int) -> int:
    if amount < 0:
        raise ValueError(f"no {amount}")
    return amount


@app.orchestrator
async def transfer(ctx: Context, way: tuple[str, str, int]) -> int:
    giver, taker = ctx.entity(Account, way[0]), ctx.entity(Account, way[1])
    async with ctx.lock(giver, taker):
        await giver.call(Account.enter)
        await taker.call(Account.enter)
        await giver.call(Account.add, -await check(way[2]))
        await ctx.sleep(1)
        await taker.call(Account.add, way[2])
        await taker.call(Account.leave)
        await giver.call(Account.leave)
    return way[2]


@app.orchestrator
async def keep(ctx: Context, key: str) -> int:
    account = ctx.entity(Account, key)
    async with ctx.lock(account):
        await account.call(Account.add, 1)
        await ctx.sleep(10)
        return await account.call(Account.add, 1)


@app.orchestrator
async def fails_inside(ctx: Context, key: str) -> int:
    async with ctx.lock(ctx.entity(Account, key)):
        return await check(-1)


@app.orchestrator
async def both(ctx: Context, key: str) -> list[int]:
    """Branches inside a lock are inside it."""
    account = ctx.entity(Account, key)
    async with ctx.lock(account):
        return list(await ctx.gather(account.call(Account.add, 1), inner(ctx, key)))


async def inner(ctx: Context, key: str) -> int:
    await ctx.sleep(1)
    return await ctx.entity(Account, key).call(Account.add, 1)
