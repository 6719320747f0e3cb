"""Rate limiter: an entity as a semaphore, so that at most two instances at a time use a slow service."""

from portable_faas import App, Context

app = App("rate_limiter")
SLOTS = 2


@app.entity
class Slots:
    """Who holds a slot; taking one again changes nothing, so a repeated operation is harmless."""

    holders: list[str] = []  # noqa: RUF012 - the state of a fresh key
    most: int = 0

    def take(self, holder: str) -> bool:
        if holder not in self.holders:
            if len(self.holders) >= SLOTS:
                return False
            self.holders.append(holder)
        self.most = max(self.most, len(self.holders))
        return True

    def free(self, holder: str) -> None:
        self.holders.remove(holder)


@app.activity
def fetch(page: int) -> str:
    """Stands for the slow service."""
    return f"page {page}"


@app.orchestrator
async def download(ctx: Context, page: int) -> str:
    slots = ctx.entity(Slots, "service")
    while not await slots.call(Slots.take, ctx.instance_id):
        await ctx.sleep(5)
    try:
        await ctx.sleep(10)
        return await fetch(page)
    finally:
        await slots.call(Slots.free, ctx.instance_id)


@app.orchestrator
async def download_all(ctx: Context, pages: int) -> list[str]:
    return await ctx.map(download, range(pages))
