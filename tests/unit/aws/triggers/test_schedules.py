"""Schedules as EventBridge Scheduler carries them out: what it calls for, less what the function drops, is declared."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from portable_faas_aws.emulator.sources.scheduler import following
from portable_faas_aws.package.expressions import expressions
from portable_faas_aws.runtime.coroutines import Coroutines
from portable_faas_aws.runtime.ticking import Ticker

from portable_faas import App
from portable_faas.triggers.cron import Cron, zone
from portable_faas.triggers.trigger import Schedule

ZONES = ("UTC", "Europe/Oslo", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Santiago")
DAYS = timedelta(days=5)
# Some days around each change of clocks of 2026 in these zones, and one without any.
STARTS = [datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 6), (3, 27), (4, 2), (6, 1), (9, 4), (10, 23))]


@pytest.mark.parametrize(
    ("cron", "timezone", "found"),
    [
        ("30 6 * * 1-5", "UTC", ["cron(30 6 ? * MON,TUE,WED,THU,FRI *)"]),
        ("0 */4 1,15 * *", "UTC", ["cron(0 */4 1,15 * ? *)"]),
        ("0 0 * JAN 7", "UTC", ["cron(0 0 ? JAN SUN *)"]),
        ("0 0 * * SAT,0", "UTC", ["cron(0 0 ? * SUN,SAT *)"]),
        ("30 2 * * *", "Europe/Oslo", ["cron(30 2 * * ? *)", "cron(0 3 * * ? *)"]),
        ("0 2,3 * * *", "Europe/Oslo", ["cron(0 2,3 * * ? *)"]),
        ("30 4 * * *", "Europe/Oslo", ["cron(30 4 * * ? *)"]),
        ("0 1-3 * * 0", "Europe/Oslo", ["cron(0 1-3 ? * SUN *)"]),
        ("15 2 * * *", "Australia/Lord_Howe", ["cron(15 2 * * ? *)", "cron(30 2 * * ? *)"]),
    ],
)
def test_expressions_of_scheduler(cron: str, timezone: str, found: list[str]) -> None:
    assert list(expressions(Schedule(cron, timezone, None))) == found


def test_intervals_are_whole_minutes() -> None:
    assert expressions(Schedule(None, "UTC", 60.0)) == ("rate(1 minute)",)
    assert expressions(Schedule(None, "UTC", 5400.0)) == ("rate(90 minutes)",)


def fields(low: int, high: int) -> st.SearchStrategy[str]:
    number = st.integers(low, high).map(str)
    step = st.integers(2, 12).map("*/{}".format)
    spans = st.tuples(st.integers(low, high), st.integers(low, high)).map(lambda two: f"{min(two)}-{max(two)}")
    return st.one_of(number, st.just("*"), step, spans, st.lists(number, min_size=1, max_size=3).map(",".join))


MINUTES = st.sampled_from(["0", "30", "15,45", "*/20", "59"])
HOURS = st.sampled_from(["0", "1", "2", "3", "1-3", "*/2"])
CRONS = st.one_of(
    st.tuples(MINUTES, HOURS, st.just("*"), st.just("*"), fields(0, 7)),
    st.tuples(MINUTES, HOURS, fields(1, 31), st.just("*"), st.just("*")),
).map(" ".join)


@example("0 1-3 * * 0", "Europe/Oslo", STARTS[0])
@given(CRONS, st.sampled_from(ZONES), st.sampled_from(STARTS))
def test_what_runs_is_what_is_declared(cron: str, timezone: str, start: datetime) -> None:
    try:
        declared = Cron(cron, zone(timezone))
    except ValueError:
        return  # a weekday together with a day of the month is refused for every engine
    ran = carried_out(Schedule(cron, timezone, None), start, start + DAYS)
    wanted, at = [], declared.after(start)
    while at <= start + DAYS:
        wanted.append(at)
        at = declared.after(at)
    assert ran == wanted


def carried_out(schedule: Schedule, start: datetime, end: datetime) -> list[datetime]:
    """When the function runs: the calls of every expression, those aside that it drops."""
    app, ran = App("scheduled"), []

    def work(tick: Any) -> None:
        ran.append(tick.scheduled_at)

    declared = app.schedule(schedule.cron, timezone=schedule.timezone)(work)
    coroutines = Coroutines()
    ticker = Ticker(declared, schedule, coroutines)
    for expression in expressions(schedule):
        after = following(expression, schedule.timezone)
        at = after(milliseconds(start))
        while at <= milliseconds(end):
            ticker.handle({"scheduled": datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")})
            at = after(at)
    coroutines.close()
    return sorted(ran)


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def test_an_unknown_expression_is_refused() -> None:
    with pytest.raises(ValueError, match="knows no 'at"):
        following("at(2026-01-01T00:00:00)", "UTC")
