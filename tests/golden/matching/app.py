"""A match whose bodies await."""

from portable_faas import App, Context

app = App("matching")


@app.activity
def ship(kind: str) -> str:
    return kind


@app.orchestrator
async def main(ctx: Context, order: dict[str, str | int]) -> str:
    match order:
        case {"kind": str(kind), "n": int(n)} if n > 0:
            return await ship(kind)
        case {"kind": "none"}:
            await ctx.sleep(1)
            return "none"
        case _:
            kind = "other"
    return await ship(kind)
