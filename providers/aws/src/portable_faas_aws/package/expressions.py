"""Writes a schedule as expressions of EventBridge Scheduler, which calls at their times in a time zone.

"30 6 * * 1-5" in Europe/Oslo   ->   cron(30 6 ? * MON,TUE,WED,THU,FRI *)
"30 2 * * *" in Europe/Oslo     ->   cron(30 2 * * ? *), and cron(0 3 * * ? *), since 02:30 is skipped once a year
every=3600                      ->   rate(60 minutes)

What falls into the hour that clocks skip is not called for by Scheduler, and what falls into the repeated one is called
for once ("Schedule types in EventBridge Scheduler", time zones). So where a time may be skipped there is a second
expression for the end of the gap, on every day; the function drops the calls that are not due.
"""

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from portable_faas.triggers.cron import Cron, zone
from portable_faas.triggers.trigger import Schedule

DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
YEARS: Final = (2025, 2036)  # looked at for gaps; fixed, so that a build gives the same bytes in every year
DAY: Final = timedelta(days=1)
MINUTE: Final = timedelta(minutes=1)


def expressions(schedule: Schedule) -> tuple[str, ...]:
    """All that are needed."""
    if schedule.cron is None:
        minutes = int((schedule.every or 0.0) / MINUTE.total_seconds())
        return (f"rate({minutes} minute{'s' if minutes > 1 else ''})",)
    where = zone(schedule.timezone)
    fields = schedule.cron.upper().split()
    own = _expression(fields, Cron(schedule.cron, where))
    skipped = [gap for gap in gaps(schedule.timezone) if _is_due(schedule.cron, *gap)]
    ends = sorted({(end.hour, end.minute) for start, end in skipped if not _calls(schedule.cron, start, end)})
    return (own, *(f"cron({minute} {hour} * * ? *)" for hour, minute in ends))


@lru_cache(maxsize=64)
def gaps(timezone: str) -> tuple[tuple[datetime, datetime], ...]:
    """The skipped times of these years, as naive wall-clock times: from, to."""
    where, found = zone(timezone), []
    at = datetime(YEARS[0], 1, 1, tzinfo=UTC)
    while at.year < YEARS[1]:
        before, after = _offset(where, at), _offset(where, at + DAY)
        if after > before:
            turn = _turn(where, at)
            found.append(((turn + before).replace(tzinfo=None), (turn + after).replace(tzinfo=None)))
        at += DAY
    return tuple(found)


def _turn(where: tzinfo, at: datetime) -> datetime:
    """The minute within the day from ``at`` at which clocks go forward."""
    low, high = 0, int(DAY / MINUTE)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(where, at + middle * MINUTE) == _offset(where, at) else (low, middle)
    return at + high * MINUTE


def _offset(where: tzinfo, at: datetime) -> timedelta:
    return at.astimezone(where).utcoffset() or timedelta()


def _is_due(cron: str, start: datetime, end: datetime) -> bool:
    """Whether wall-clock times from ``start`` to ``end`` hold a due one, on whatever day."""
    minute, hour, *_ = cron.split()
    daily = Cron(f"{minute} {hour} * * *", UTC)
    found = daily.after(start.replace(tzinfo=UTC) - MINUTE)
    return found < end.replace(tzinfo=UTC)


def _calls(cron: str, start: datetime, end: datetime) -> bool:
    """Whether the schedule calls at the end of a gap anyway, on every day on which it would have called in it."""
    return start.date() == end.date() and _is_due(cron, end, end + MINUTE)


def _expression(fields: list[str], _checked: Cron) -> str:
    """Scheduler's six fields: one of the two for days is ``?``, weekdays are counted from 1, and a year follows."""
    minute, hour, day, month, weekday = fields
    every_day = day == "*" or day.startswith("*/1")
    if weekday == "*":
        return f"cron({minute} {hour} {day} {month} ? *)"
    if not every_day:
        raise AssertionError("the core refuses a day of the month together with a weekday")
    return f"cron({minute} {hour} ? {month} {','.join(DAYS[number] for number in _weekdays(weekday))} *)"


def _weekdays(field: str) -> list[int]:
    """The weekdays of a field that the core has taken, Sunday is 0."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        low = 0 if first == "*" else _weekday(first)
        high = 6 if first == "*" else _weekday(last or ("6" if step else first))
        found.update(number % 7 for number in range(low, high + 1, int(step or 1)))
    return sorted(found)


def _weekday(text: str) -> int:
    return DAYS.index(text) if text in DAYS else int(text)
