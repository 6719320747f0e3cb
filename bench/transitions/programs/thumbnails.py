"""Thumbnails: shrink every picture of a list side by side; give the sizes, or their sum."""

from portable_faas import App, Context

app = App("thumbnails")


class BrokenPicture(Exception):
    """The file is no picture."""


@app.activity
def shrink(picture: str) -> int:
    """Stands for a real one; gives the size of the thumbnail in bytes."""
    if picture.endswith(".txt"):
        raise BrokenPicture(f"{picture} is no picture")
    return 100 * len(picture)


@app.orchestrator
async def sizes(ctx: Context, pictures: list[str]) -> list[int]:
    return await ctx.map(shrink, pictures)


@app.orchestrator
async def total(ctx: Context, pictures: list[str]) -> int:
    return sum(await ctx.map(shrink, pictures, limit=10))
