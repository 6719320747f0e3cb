"""The trip example as it will run; `pytest --on local,azure,aws` names the engines."""

import pytest

from examples.trip_saga.app import SoldOut, Trip, app, travel
from portable_faas.errors import OrchestrationFailed
from portable_faas.testing import running

TEN = [f"leg {number}" for number in range(1, 11)]


async def test_ten_bookings(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        handle = await client.start(travel, Trip("Ada", TEN))
        assert await handle.result() == [f"{leg} for Ada" for leg in TEN]
        assert (await handle.status()).custom_status == "10 of 10"


async def test_the_ninth_fails_and_eight_are_undone_in_reverse(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        handle = await client.start(travel, Trip("Ada", TEN, sold_out="leg 9"))
        with pytest.raises(OrchestrationFailed) as failed:
            await handle.result()
        assert isinstance(failed.value.__cause__, SoldOut)
        calls = [event for event in await handle.history() if event.kind == "Scheduled"]
        assert [call.name for call in calls] == ["book"] * 9 + ["cancel"] * 8
        assert [call.data["booking"] for call in calls[9:]] == [f"leg {number} for Ada" for number in range(8, 0, -1)]
