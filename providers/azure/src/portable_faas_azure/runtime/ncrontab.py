"""What of a schedule NCRONTAB can say, and which of its ticks are due.

    30 6 * * * in Asia/Kolkata   ->   0 0 * * * *     every tick but that of 01:00 UTC is dropped
    every 90 s                   ->   */30 * * * * *  two of three ticks are dropped

NCRONTAB has six fields, in UTC where the platform offers no other zone ("Timer trigger for Azure Functions", NCRONTAB
time zones). So the expression names every moment at which the schedule may be due, and the wrapper asks whether it is.
"""

import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final, final

from portable_faas.triggers.cron import Cron, zone
from portable_faas.triggers.trigger import Schedule

EARLY: Final = 500  # milliseconds that a tick may come before its moment
HORIZON: Final = 800  # days of a zone's rules that are looked at
MINUTE: Final = 60_000
HOUR: Final = 60


@final
class Due:
    """When a schedule is due, in milliseconds since 1970 UTC."""

    def __init__(self, schedule: Schedule) -> None:
        self._every = None if schedule.every is None else round(schedule.every * 1000)
        self._cron = None if schedule.cron is None else Cron(schedule.cron, zone(schedule.timezone))

    def at(self, now: int, last: int | None) -> int | None:
        """The due moment that a tick at ``now`` stands for; None for a tick that is dropped.

        ``last`` is when the tick before it came: of several moments since then the latest stands for all. Without one
        the app is new, and what was due before is no concern of it.
        """
        until, since = now + EARLY, now - MINUTE if last is None else last
        latest, following = None, self._after(since)
        while following <= until:
            latest, following = following, self._after(following)
        return latest

    def _after(self, moment: int) -> int:
        if self._every is not None:
            return moment - moment % self._every + self._every
        assert self._cron is not None
        return round(self._cron.after(datetime.fromtimestamp(moment / 1000, UTC)).timestamp() * 1000)


def expression(schedule: Schedule, today: datetime) -> str:
    """The NCRONTAB expression of every moment at which the schedule may be due."""
    if schedule.every is not None:
        return _every(schedule.every)
    assert schedule.cron is not None
    if schedule.timezone == "UTC":
        return _in_utc(schedule.cron)
    minutes = _minutes(schedule.cron, zone(schedule.timezone), today)
    return f"0 {_list(minutes)} * * * *"


def _every(seconds: float) -> str:
    """Moments that are multiples of ``seconds`` since 1970 UTC, which are multiples of a divisor of an hour too."""
    step = math.gcd(round(seconds * 1000), 3_600_000)
    if step < 1000:
        return "* * * * * *"
    if step < MINUTE:
        return f"*/{math.gcd(step, MINUTE) // 1000 or 1} * * * * *"
    minutes = math.gcd(step // MINUTE, HOUR) if step % MINUTE == 0 else 0
    if minutes == 0:
        return f"*/{math.gcd(step, MINUTE) // 1000} * * * * *"
    return "0 0 * * * *" if minutes == HOUR else f"0 */{minutes} * * * *"


def _in_utc(cron: str) -> str:
    """The five fields, the weekday as numbers from 0: NCRONTAB knows no 7."""
    minute, hour, day, month, weekday = cron.upper().split()
    if weekday != "*":
        week = Cron(f"0 0 * * {weekday}", UTC)
        start = datetime(2026, 2, 1, tzinfo=UTC) - timedelta(minutes=1)  # before a Sunday
        weekday = _list({(moment.weekday() + 1) % 7 for moment in _within(week, start, start + timedelta(days=7))})
    return f"0 {_plain(minute, 59)} {_plain(hour, 23)} {_plain(day, 31)} {month} {weekday}"


def _plain(field: str, high: int) -> str:
    """``5/15`` is every 15 from 5 on, which NCRONTAB writes with the end of the range."""
    return ",".join(_ranged(part, high) for part in field.split(","))


def _ranged(part: str, high: int) -> str:
    if "-" in part or "*" in part or "/" not in part:
        return part
    first, _, step = part.partition("/")
    return f"{first}-{high}/{step}"


def _within(cron: Cron, start: datetime, end: datetime) -> Iterable[datetime]:
    moment = cron.after(start)
    while moment < end:
        yield moment
        moment = cron.after(moment)


def _minutes(cron: str, place: tzinfo, today: datetime) -> set[int]:
    """The minutes of an hour in UTC at which the cron may be due: by each offset of the zone, or when a gap ends."""
    hourly = Cron(f"{cron.split()[0]} * * * *", UTC)
    minutes = {moment.minute for moment in _within(hourly, _HOUR, _HOUR + timedelta(hours=1))}
    offsets = [_offset(today + timedelta(days=day), place) for day in range(HORIZON)]
    changes = [today + timedelta(days=day) for day in range(1, HORIZON) if offsets[day] != offsets[day - 1]]
    found = {(minute - offset) % HOUR for minute in minutes for offset in set(offsets)}
    return found | {_changed(change - timedelta(days=1), place) for change in changes}


_HOUR: Final = datetime(2026, 1, 1, tzinfo=UTC) - timedelta(minutes=1)


def _offset(moment: datetime, place: tzinfo) -> int:
    given = moment.astimezone(place).utcoffset() or timedelta()
    return int(given.total_seconds() // 60)


def _changed(after: datetime, place: tzinfo) -> int:
    """The minute of the hour at which the offset changes on the day behind ``after``."""
    before, moment = _offset(after, place), after.replace(second=0, microsecond=0)
    while _offset(moment, place) == before:
        moment += timedelta(minutes=1)
    return moment.minute


def _list(numbers: set[int]) -> str:
    return ",".join(map(str, sorted(numbers)))
