"""Photos go in, small ones come out, and go when the photo goes. On each engine of `pytest --on`."""

from examples.thumbnails.app import Image, app, make_all, photos, thumbnails
from portable_faas.testing import running

PHOTO = Image(128, 64, bytes(n % 251 for n in range(128 * 64 * 3)))


async def keys() -> list[str]:
    return [info.key for info in await thumbnails.list()]


async def test_a_photo_gets_its_thumbnails(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        await photos.put("in/sea.ppm", PHOTO.render())
        await photos.put("in/notes.txt", b"not a photo")
        await client.advance(5)
        assert await keys() == ["16/sea.ppm", "4/sea.ppm", "64/sea.ppm", "index/sea.ppm.txt"]
        small = Image.parse(await thumbnails.get("16/sea.ppm"))
        assert (small.width, small.height) == (16, 8)
        assert small.pixels[:3] == PHOTO.pixels[:3]


async def test_a_removed_photo_takes_them_away(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        await photos.put("in/sea.ppm", PHOTO.render())
        await client.advance(5)
        await photos.delete("in/sea.ppm")
        await client.advance(5)
        assert await keys() == ["index/sea.ppm.txt"]


async def test_what_is_no_picture_fails_at_once(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        await photos.put("in/broken.ppm", b"P6\n1 1\n255\n")
        await client.advance(5)
        (status,) = await client.list(orchestrator=make_all)
        assert status.status == "Failed"
        assert status.error is not None
        assert status.error.message == "this is not a portable pixmap"
        assert await keys() == []
