"""Cron expressions: what they match, what is refused, and the two nights a year when clocks change."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portable_faas.triggers.cron import Cron, zone

OSLO = ZoneInfo("Europe/Oslo")


def times(text: str, start: str, count: int, tz: ZoneInfo = OSLO) -> list[str]:
    """The next due moments behind a local time, as local times with their offset."""
    cron, moment, found = Cron(text, tz), datetime.fromisoformat(start).replace(tzinfo=tz), []
    for _ in range(count):
        moment = cron.after(moment)
        found.append(moment.astimezone(tz).strftime("%m-%d %H:%M %z"))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 6 * * 1-5", ["01-05 06:00", "01-06 06:00", "01-07 06:00"]),
        ("*/20 * * * *", ["01-02 12:20", "01-02 12:40", "01-02 13:00"]),
        ("5/30 9-10 * * *", ["01-03 09:05", "01-03 09:35", "01-03 10:05"]),
        ("0 0 1 JAN,jul *", ["07-01 00:00", "01-01 00:00", "07-01 00:00"]),
        ("0 12 * * SUN", ["01-04 12:00", "01-11 12:00", "01-18 12:00"]),
        ("0 12 * * 7", ["01-04 12:00", "01-11 12:00", "01-18 12:00"]),
        ("0 0 29 2 *", ["02-29 00:00", "02-29 00:00", "02-29 00:00"]),
        ("0 0 31 * *", ["01-31 00:00", "03-31 00:00", "05-31 00:00"]),
    ],
)
def test_matches(text: str, expected: list[str]) -> None:
    assert [found[:11] for found in times(text, "2026-01-02T12:00", 3, ZoneInfo("UTC"))] == expected


def test_a_skipped_hour_runs_once_after_it() -> None:
    # On 29 March 2026 clocks in Oslo went from 02:00 to 03:00.
    assert times("30 2 * * *", "2026-03-28T00:00", 3) == ["03-28 02:30 +0100", "03-29 03:00 +0200", "03-30 02:30 +0200"]
    assert times("*/20 * * * *", "2026-03-29T01:30", 3) == [
        "03-29 01:40 +0100",
        "03-29 03:00 +0200",
        "03-29 03:20 +0200",
    ]


def test_a_repeated_hour_counts_once() -> None:
    # On 25 October 2026 clocks in Oslo went from 03:00 back to 02:00.
    assert times("30 2 * * *", "2026-10-24T12:00", 2) == ["10-25 02:30 +0200", "10-26 02:30 +0100"]
    assert times("*/30 * * * *", "2026-10-25T01:50", 3) == [
        "10-25 02:00 +0200",
        "10-25 02:30 +0200",
        "10-25 03:00 +0100",
    ]


def test_half_an_hour_is_skipped_too() -> None:
    # Lord Howe moves by half an hour: 2026-10-04 02:00 becomes 02:30.
    howe = ZoneInfo("Australia/Lord_Howe")
    assert times("15 2 * * *", "2026-10-03T12:00", 2, howe) == ["10-04 02:30 +1100", "10-05 02:15 +1100"]


@pytest.mark.parametrize(
    "text",
    [
        *("", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8"),
        *("*/0 * * * *", "5-1 * * * *", "a * * * *", "-1 * * * *", "1,, * * * *", "0 0 30 2 *", "@daily"),
        *("0 0 ? * 1", "0 0 L * *"),
    ],
)
def test_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"cron expression|is no|names a day|goes from"):
        Cron(text, OSLO)


def test_a_day_of_the_month_with_a_weekday_is_refused() -> None:
    with pytest.raises(ValueError, match="which crons read differently"):
        Cron("0 0 13 * 5", OSLO)


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no time zone 'Europe/Atlantis'"):
        zone("Europe/Atlantis")
    assert zone("UTC") is UTC


def test_against_every_minute_of_a_year() -> None:
    """Outside the changes of the clocks the next moment is the first minute that matches."""
    chance = random.Random(7)
    for _ in range(30):
        minute, hour, month = chance.randrange(60), chance.randrange(4, 24), chance.randrange(1, 13)
        cron = Cron(f"{minute} {hour} * {month} *", OSLO)
        start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(525_600))
        found = cron.after(start)
        local = found.astimezone(OSLO)
        assert (local.minute, local.hour, local.month) == (minute, hour, month)
        assert found > start
        probe = start.replace(second=0) + timedelta(minutes=1)
        while probe < found:
            seen = probe.astimezone(OSLO)
            assert (seen.minute, seen.hour, seen.month) != (minute, hour, month)
            probe += timedelta(minutes=1 if seen.hour == hour and seen.month == month else 60 - seen.minute)
