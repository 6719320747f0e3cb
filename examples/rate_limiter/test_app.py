"""The rate limiter example as it will run; `pytest --on local,azure,aws` names the engines."""

from examples.rate_limiter.app import SLOTS, Slots, app, download_all
from portable_faas.testing import running


async def test_never_more_than_the_slots_are_taken(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        handle = await client.start(download_all, 5)
        assert await handle.result() == [f"page {number}" for number in range(5)]
        slots = await client.entity(Slots, "service").read()
        assert (slots.holders, slots.most) == ([], SLOTS)
