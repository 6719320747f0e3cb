"""Thumbnails: a photo arrives in a bucket, its small versions are made in parallel and appear in another one."""

import re
from dataclasses import dataclass

from portable_faas import App, Context, Retry
from portable_faas.triggers import BlobEvent

app = App("thumbnails")
photos = app.bucket("photos")
thumbnails = app.bucket("thumbnails")
made = app.topic("made", str)
WIDTHS = (64, 16, 4)


@dataclass(frozen=True)
class Image:
    """A picture as rows of pixels of three bytes; read and written as a portable pixmap (PPM)."""

    width: int
    height: int
    pixels: bytes

    @staticmethod
    def parse(data: bytes) -> "Image":
        found = re.fullmatch(rb"P6\s(\d+)\s(\d+)\s255\s(.*)", data, re.DOTALL)
        if found is None or len(found[3]) != 3 * int(found[1]) * int(found[2]):
            raise ValueError("this is not a portable pixmap")
        return Image(int(found[1]), int(found[2]), found[3])

    def render(self) -> bytes:
        return b"P6\n%d %d\n255\n" % (self.width, self.height) + self.pixels

    def shrunk(self, width: int) -> "Image":
        """Every n-th pixel of every n-th row."""
        step = max(1, self.width // width)
        rows = range(0, self.height - step + 1, step)
        columns = range(0, self.width - step + 1, step)
        kept = (self.pixels[3 * (y * self.width + x) :][:3] for y in rows for x in columns)
        return Image(len(columns), len(rows), b"".join(kept))


@app.activity(retry=Retry(attempts=3, first=1, never=(ValueError,)))
async def shrink(key: str, width: int) -> str:
    image = Image.parse(await photos.get(key)).shrunk(width)
    small = f"{width}/{key.removeprefix('in/')}"
    await thumbnails.put(small, image.render(), content_type="image/x-portable-pixmap")
    return small


@app.activity
async def announce(key: str, smalls: list[str]) -> None:
    await made.publish(key, type="thumbnails.made", attributes={"count": str(len(smalls))})


@app.orchestrator
async def make_all(ctx: Context, key: str) -> list[str]:
    smalls = await ctx.gather(*[shrink(key, width) for width in WIDTHS])
    await announce(key, smalls)
    return smalls


@app.on_blob(photos, prefix="in/", suffix=".ppm")
async def arrived(event: BlobEvent) -> None:
    """A photo is there; a new version of it under the same key is made again."""
    await make_all.start(event.key)


@app.on_blob(photos, prefix="in/", suffix=".ppm", change="deleted")
async def removed(event: BlobEvent) -> None:
    for width in WIDTHS:
        await thumbnails.delete(f"{width}/{event.key.removeprefix('in/')}")


@app.on_event(made, type="thumbnails.made")
async def index(key: str) -> None:
    await thumbnails.put(f"index/{key.removeprefix('in/')}.txt", key.encode())
