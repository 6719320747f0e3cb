"""A week of nightly reports, in no time. On each engine of `pytest --on`."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from examples.nightly_report.app import app, every_night, outbox, reports
from portable_faas.testing import running
from portable_faas.triggers import Tick

OSLO = ZoneInfo("Europe/Oslo")


def nights(start: datetime, days: int) -> list[datetime]:
    """When the schedule is due within ``days`` of ``start``; a night whose 02:30 is skipped counts at 03:00."""
    local = start.astimezone(OSLO)
    found = []
    for ahead in range(days + 2):
        day = (local + timedelta(days=ahead)).date()
        due = datetime(day.year, day.month, day.day, 2, 30, tzinfo=OSLO).astimezone(UTC)
        if day.weekday() < 5 and start < due <= start + timedelta(days=days):
            found.append(due)
    return found


async def test_every_weekday_has_its_report_and_one_mail(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        start = client.now()
        await client.advance(timedelta(days=7))
        expected = [f"{due:%Y/%m/%d}.csv" for due in nights(start, 7)]
        assert len(expected) == 5
        assert [info.key for info in await reports.list()] == expected
        first = (await reports.get(expected[0])).decode().splitlines()
        assert first == ["branch,orders,cents", "bergen,1,3950", "oslo,2,26890", "tromso,0,0"]
        mails = await outbox.list()
        assert len(mails) == 5
        assert b": 308.40 in " in await outbox.get(mails[0].key)


async def test_the_same_night_starts_no_second_report(cloud: str) -> None:
    async with running(app, on=cloud) as client:
        await client.advance(timedelta(days=4))
        before = len(await client.list())
        latest = (await client.list(limit=1))[0]
        day = datetime.fromisoformat(str(latest.input)).replace(hour=12, tzinfo=UTC)
        await every_night(Tick(day))
        assert len(await client.list()) == before
