"""Cron expressions of five fields, in a time zone.

Cron("30 2 * * *", ZoneInfo("Europe/Oslo")).after(...)
->  02:30 every day; 03:00 on the day that skips 02:30; once on the day that has 02:30 twice
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

_FIELDS: Final = (("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31), ("month", 1, 12), ("weekday", 0, 7))
_NAMES: Final = {
    "month": dict(
        zip(
            ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
            range(1, 13),
            strict=True,
        )
    ),
    "weekday": dict(zip(["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"], range(7), strict=True)),
}
_PART: Final = re.compile(r"(?:(\*)|(\w+)(?:-(\w+))?)(?:/(\d+))?", re.ASCII)
_DAYS: Final = 366 * 28 + 7  # 29 February on a given weekday comes within 28 years, a century's gap aside
_MINUTE: Final = timedelta(minutes=1)


def zone(name: str) -> tzinfo:
    """The time zone of this IANA name; ``ValueError`` if this machine knows none of it."""
    if name == "UTC":
        return UTC
    from zoneinfo import ZoneInfo  # loaded where it is used: it takes milliseconds

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError, TypeError) as unknown:
        raise ValueError(f"there is no time zone {name!r}; write an IANA name such as 'Europe/Oslo'") from unknown


class Cron:
    """A parsed expression; ``ValueError`` names the field that is wrong."""

    def __init__(self, text: str, zone: tzinfo) -> None:
        fields = text.split() if isinstance(text, str) else []
        if len(fields) != len(_FIELDS):
            raise ValueError(f"a cron expression has five fields, minute hour day month weekday, not {text!r}")
        self.text = text
        self.zone = zone
        found = [_field(field, *spec) for field, spec in zip(fields, _FIELDS, strict=True)]
        self._minutes, self._hours, self._days, self._months, weekdays = found
        self._weekdays = {day % 7 for day in weekdays}
        if len(self._days) < 31 and len(self._weekdays) < 7:
            raise ValueError(
                f"{text!r} names a day of the month and a weekday, which crons read differently; "
                "write two schedules, or test one of the two in the function"
            )
        if not any(True for _ in self._dates(datetime(2024, 1, 1))):
            raise ValueError(f"{text!r} names a day that no month has")

    def after(self, moment: datetime) -> datetime:
        """The first due moment behind ``moment``, in UTC."""
        start = moment.astimezone(self.zone).replace(tzinfo=None, second=0, microsecond=0)
        for naive in self._times(start):
            due = self._real(naive)
            if due > moment:
                return due
        raise ValueError(f"{self.text!r} is never due again")  # the constructor has refused such a thing

    def _times(self, start: datetime) -> Iterator[datetime]:
        """The wall-clock times that match, from ``start`` on."""
        for day in self._dates(start):
            for hour in sorted(self._hours):
                for minute in sorted(self._minutes):
                    naive = day.replace(hour=hour, minute=minute)
                    if naive >= start:
                        yield naive

    def _dates(self, start: datetime) -> Iterator[datetime]:
        day = start.replace(hour=0, minute=0)
        for _ in range(_DAYS):
            weekday = (day.weekday() + 1) % 7
            if day.month in self._months and day.day in self._days and weekday in self._weekdays:
                yield day
            day += timedelta(days=1)

    def _real(self, naive: datetime) -> datetime:
        """A wall-clock time in UTC: the first of two, or the end of the gap that it falls into."""
        early = naive.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
        if early.astimezone(self.zone).replace(tzinfo=None) == naive:
            return early
        # In a gap fold=0 counts with the offset before it, which lands behind it, and fold=1 with the one after it.
        before = naive.replace(tzinfo=self.zone, fold=1).astimezone(UTC)
        offset = before.astimezone(self.zone).utcoffset()
        while before.astimezone(self.zone).utcoffset() == offset:
            before += _MINUTE
        return before


def _field(text: str, name: str, low: int, high: int) -> set[int]:
    found: set[int] = set()
    for part in text.upper().split(","):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"{text!r} is no {name}: write numbers, a-b, * and */n")
        star, first, last, step = match.groups()
        start = low if star else _number(first, name, low, high)
        # `5/15` is every 15 from 5 on, as most crons read it.
        end = high if star or (step and not last) else _number(last or first, name, low, high)
        if name == "weekday" and star:
            end = 6
        if end < start or (step and int(step) < 1):
            raise ValueError(f"{text!r} is no {name}: a range goes up, and a step is at least 1")
        found.update(range(start, end + 1, int(step or 1)))
    return found


def _number(text: str, name: str, low: int, high: int) -> int:
    value = _NAMES.get(name, {}).get(text, int(text) if text.isdecimal() else -1)
    if not low <= value <= high:
        raise ValueError(f"{text!r} is no {name}: it goes from {low} to {high}")
    return value
