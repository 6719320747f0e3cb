"""The monitor example as it will run; `pytest --on local,azure,aws` names the engines."""

from datetime import timedelta

import pytest

from examples.monitor.app import Report, State, Watch, app, watch
from portable_faas.testing import running

ENDS = {
    "done": (Watch("export", every_seconds=60), Report("export", State.DONE, 100, looks=5), 4 * 60),
    "failed": (Watch("broken"), Report("broken", State.FAILED, 25, looks=3), 2 * 30),
    "overdue": (Watch("stuck", 3600, 2 * 86_400), Report("stuck", State.OVERDUE, 50, looks=49), 2 * 86_400),
    "too short": (Watch("export", 30, 29), Report("export", State.OVERDUE, 0, looks=1), 0),
}


@pytest.mark.parametrize("name", ENDS)
async def test_a_job_is_watched_to_its_end(cloud: str, name: str) -> None:
    request, report, seconds = ENDS[name]
    async with running(app, on=cloud) as client:
        handle = await client.start(watch, request)
        assert await handle.result() == report
        status = await handle.status()
        assert status.custom_status == {"state": report.state.value, "percent": report.percent}
        assert status.updated_at - status.created_at >= timedelta(seconds=seconds)


async def test_the_progress_can_be_read_meanwhile(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        handle = await client.start(watch, Watch("export", every_seconds=60))
        await client.advance(130)
        status = await handle.status()
        assert status.status == "Running"
        assert status.custom_status == {"state": "running", "percent": 50}
