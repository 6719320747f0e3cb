"""Calls functions at the times of EventBridge Scheduler's expressions.

cron(30 2 * * ? *) in Europe/Oslo: every day but the one that skips 02:30, once where it is there twice
rate(60 minutes): so often from its creation

Source: "Schedule types in EventBridge Scheduler", EventBridge Scheduler User Guide.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, final
from zoneinfo import ZoneInfo

from moto.scheduler.models import scheduler_backends

from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION
from portable_faas_aws.emulator.rights import INVOKE, SEND, Rights
from portable_faas_aws.emulator.sources.calls import Calls
from portable_faas_aws.emulator.sources.lost import lose
from portable_faas_aws.emulator.timestamps import moment
from portable_faas_aws.emulator.turns import Event

RATE: Final = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
CRON: Final = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")
UNITS: Final = {"minute": 60_000, "hour": 3_600_000, "day": 86_400_000}
DAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
SERVICE: Final = "scheduler.amazonaws.com"
FAR: Final = 366 * 28 + 7  # days that are looked through
Next = Callable[[int], int]
Key = tuple[str, str, str]  # of a schedule: its ARN, and when it is due, since both may change


@final
class Scheduler:
    """Calls at the due moments of every schedule of the account; ``changed`` tells of a new one.

    It acts as the role of the schedule; a call that the role does not allow is a dead letter of the schedule, if the
    role allows that.
    """

    def __init__(self, calls: Calls, changed: Event, rights: Rights) -> None:
        self._calls = calls
        self._rights = rights
        self._changed = changed
        self._due: dict[Key, int] = {}
        self._over = False

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._calls.turns.thread(self._run, name="emulator-schedules").start()

    def stop(self) -> None:
        """Call no more."""
        self._over = True
        self._changed.set()

    def _run(self) -> None:
        clock = self._calls.turns.clock
        while not self._over:
            self._changed.clear()
            self._due = {_key(schedule): self._next(schedule) for schedule in _schedules()}
            first = min(self._due.values(), default=None)
            wait = None if first is None else max(0, first - clock.now()) / 1000
            self._calls.turns.wait(self._changed, seconds=wait)

    def _next(self, schedule: Any) -> int:
        """When it is due next; calls if it is due now."""
        now, after = self._calls.turns.clock.now(), following(*_key(schedule)[1:])
        due = self._due.get(_key(schedule)) or after(now)
        if due > now:
            return due
        self._calls.turns.thread(self._call, (schedule, due), name="emulator-schedule-call").start()
        return after(due)

    def _call(self, schedule: Any, due: int) -> None:
        at = moment(due).strftime("%Y-%m-%dT%H:%M:%SZ")
        target = schedule.target
        text = target.get("Input", "{}").replace("<aws.scheduler.scheduled-time>", at)
        function = self._calls.function(target["Arn"])
        if function is not None and self._rights.acts(target["RoleArn"], SERVICE, INVOKE, target["Arn"]):
            self._calls.send(function, json.loads(text))
            return
        dead = target.get("DeadLetterConfig", {}).get("Arn")
        if dead is not None and self._rights.acts(target["RoleArn"], SERVICE, SEND, dead):
            lose(dead, text, {"ERROR_CODE": "AccessDeniedException", "SCHEDULE_ARN": schedule.arn})


def _schedules() -> list[Any]:
    groups = scheduler_backends[ACCOUNT][REGION].schedule_groups.values()
    return [schedule for group in groups for schedule in group.schedules.values() if schedule.state == "ENABLED"]


def _key(schedule: Any) -> Key:
    return schedule.arn, schedule.schedule_expression, schedule.schedule_expression_timezone


def following(expression: str, timezone: str) -> Next:
    """What gives the first due moment behind one, in milliseconds; ``ValueError`` for an expression of another kind."""
    rate, cron = RATE.fullmatch(expression), CRON.fullmatch(expression)
    if rate is not None:
        interval = int(rate[1]) * UNITS[rate[2]]
        return lambda at: at + interval
    if cron is None:
        raise ValueError(f"the emulated Scheduler knows no {expression!r}")
    fields = Fields(*cron.groups(), zone=UTC if timezone == "UTC" else ZoneInfo(timezone))
    return fields.after


@final
class Fields:
    """The six fields of a cron expression."""

    def __init__(self, minute: str, hour: str, day: str, month: str, weekday: str, year: str, *, zone: Any) -> None:
        self._minutes, self._hours = _numbers(minute, 0, 59), _numbers(hour, 0, 23)
        self._days, self._months = _numbers(day, 1, 31), _numbers(month, 1, 12, MONTHS)
        self._weekdays = {number - 1 for number in _numbers(weekday, 1, 7, DAYS)}
        self._years = _numbers(year, 1970, 2199)
        self._zone = zone

    def after(self, at: int) -> int:
        """The first moment behind ``at``: times that clocks skip are left out, the first of two counts."""
        start = moment(at).astimezone(self._zone).replace(tzinfo=None)
        day = start.replace(hour=0, minute=0, second=0, microsecond=0)
        for _ in range(FAR):
            if self._has(day):
                for hour in sorted(self._hours):
                    for minute in sorted(self._minutes):
                        found = self._real(day.replace(hour=hour, minute=minute))
                        if found is not None and found > at:
                            return found
            day += timedelta(days=1)
        raise ValueError("the schedule is never due again")

    def _has(self, day: datetime) -> bool:
        weekday = (day.weekday() + 1) % 7
        return (
            day.month in self._months
            and day.day in self._days
            and weekday in self._weekdays
            and day.year in self._years
        )

    def _real(self, naive: datetime) -> int | None:
        aware = naive.replace(tzinfo=self._zone, fold=0)
        if aware.astimezone(UTC).astimezone(self._zone).replace(tzinfo=None) != naive:
            return None
        return int(aware.timestamp() * 1000)


def _numbers(text: str, low: int, high: int, names: tuple[str, ...] = ()) -> set[int]:
    """``MON-FRI``, ``*/5``, ``1,15`` or ``?`` as numbers."""
    found: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        start = low if first in ("*", "?") else _number(first, low, names)
        end = high if first in ("*", "?") or (step and not last) else _number(last or first, low, names)
        found.update(range(start, end + 1, int(step or 1)))
    return found


def _number(text: str, low: int, names: tuple[str, ...]) -> int:
    return names.index(text) + low if text in names else int(text)
