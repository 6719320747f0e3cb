"""The aggregator example as it will run; `pytest --on local,azure,aws` names the engines."""

import pytest

from examples.aggregator.app import Readings, Summary, app, report
from portable_faas.errors import OrchestrationFailed
from portable_faas.testing import running


def test_an_entity_is_an_ordinary_class() -> None:
    readings = Readings()
    readings.add(2.0)
    readings.add(4.0)
    assert readings.summary("s") == Summary("s", 2, 2.0, 4.0, 3.0)


async def test_readings_are_summed_up(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        handle = await client.start(report, ["north", "south"])
        assert await handle.result() == [Summary("north", 3, -2.0, 3.5, 1.0), Summary("south", 2, 20.0, 22.0, 21.0)]
        assert (await client.entity(Readings, "north").read()).count == 3


async def test_a_sensor_that_sent_nothing(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        with pytest.raises(OrchestrationFailed, match="sensor west has sent nothing"):
            await (await client.start(report, ["north", "west"])).result()
