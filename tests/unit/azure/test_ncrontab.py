"""What NCRONTAB says of a schedule and what the wrapper drops give together the schedule's own moments."""

from datetime import UTC, datetime, timedelta

import pytest
from portable_faas_azure.emulator.ncrontab import Ncrontab
from portable_faas_azure.runtime.ncrontab import Due, expression

from portable_faas.triggers.cron import Cron, zone
from portable_faas.triggers.trigger import Schedule

START = datetime(2026, 3, 20, 11, 17, 5, tzinfo=UTC)
SPRING = datetime(2026, 3, 27, tzinfo=UTC)  # Europe goes to summer time on the 29th
SLOW = (61, 60.5)  # they tick every second
AUTUMN = datetime(2026, 10, 23, tzinfo=UTC)  # and back on 25 October


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def ticks(schedule: Schedule, start: datetime, days: float) -> list[int]:
    """The due moments of the ticks that are not dropped."""
    tab, due, found = Ncrontab(expression(schedule, start)), Due(schedule), []
    last, moment = milliseconds(start), tab.after(start)
    while moment <= start + timedelta(days=days):
        given = due.at(milliseconds(moment), last)
        if given is not None:
            assert abs(given - milliseconds(moment)) < 1000
            found.append(given)
        last, moment = milliseconds(moment), tab.after(moment)
    return found


@pytest.mark.parametrize("start", [SPRING, AUTUMN, START])
@pytest.mark.parametrize(
    ("cron", "timezone"),
    [
        ("30 6 * * *", "UTC"),
        ("*/20 5-7 * * MON-FRI", "UTC"),
        ("5/15 0 1,15 * *", "UTC"),
        ("0 12 * * 7", "UTC"),
        ("30 2 * * *", "Europe/Oslo"),
        ("15 1 * * SUN", "Europe/Oslo"),
        ("30 6 * * *", "Asia/Kolkata"),
        ("45 * * * *", "Asia/Kathmandu"),
        ("15 2 * * *", "Australia/Lord_Howe"),  # its clocks move by half an hour
        ("0 0 * 3,10 *", "America/St_Johns"),
    ],
)
def test_every_due_moment_has_its_tick(cron: str, timezone: str, start: datetime) -> None:
    own, expected = Cron(cron, zone(timezone)), []
    moment = own.after(start)
    while moment <= start + timedelta(days=12):
        expected.append(milliseconds(moment))
        moment = own.after(moment)
    assert ticks(Schedule(cron, timezone, None), start, 12) == expected


@pytest.mark.parametrize("every", [60, 90, 61, 300, 420, 3600, 5400, 7200, 86400, 60.5])
def test_every_so_often_is_counted_from_1970(every: float) -> None:
    days = 1 / 48 if every in SLOW else 1
    found = ticks(Schedule(None, "UTC", every), START, days)
    step = round(every * 1000)
    first = milliseconds(START) // step * step + step
    end = milliseconds(START + timedelta(days=days))
    whole = [moment for moment in range(first, end + 1, step) if moment % 1000 == 0]
    assert [moment for moment in found if moment % 1000 == 0] == whole


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        (Schedule("30 6 * * *", "UTC", None), "0 30 6 * * *"),
        (Schedule("0 6 * * 1-5", "UTC", None), "0 0 6 * * 1,2,3,4,5"),
        (Schedule("0 6 * * 7", "UTC", None), "0 0 6 * * 0"),
        (Schedule("30 6 * * *", "Asia/Kolkata", None), "0 0 * * * *"),
        (Schedule("30 6 * * *", "Europe/Oslo", None), "0 0,30 * * * *"),
        (Schedule(None, "UTC", 300), "0 */5 * * * *"),
        (Schedule(None, "UTC", 7200), "0 0 * * * *"),
        (Schedule(None, "UTC", 90), "*/30 * * * * *"),
    ],
)
def test_what_the_platform_is_told(schedule: Schedule, said: str) -> None:
    assert expression(schedule, START) == said


def test_of_missed_moments_the_latest_stands_for_all() -> None:
    due = Due(Schedule("*/10 * * * *", "UTC", None))
    now, last = milliseconds(START), milliseconds(START - timedelta(hours=5))
    assert due.at(now, last) == milliseconds(START.replace(minute=10, second=0))


def test_what_was_due_before_the_app_was_there_is_not_made_up_for() -> None:
    assert Due(Schedule("0 11 * * *", "UTC", None)).at(milliseconds(START), None) is None


def test_a_tick_that_comes_a_little_early_counts() -> None:
    due = Due(Schedule("0 12 * * *", "UTC", None))
    noon = milliseconds(START.replace(hour=12, minute=0, second=0))
    assert due.at(noon - 200, noon - 86_400_000) == noon
