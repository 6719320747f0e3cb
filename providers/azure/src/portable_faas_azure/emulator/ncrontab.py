"""When an NCRONTAB expression of six fields is due, in UTC.

Ncrontab("0 */15 * * * *").after(10:07)   ->   10:15
"""

from datetime import UTC, datetime, timedelta
from typing import Final, final

from portable_faas.triggers.cron import Cron

SECOND: Final = timedelta(seconds=1)
NEW_YEAR: Final = datetime(2026, 1, 1, tzinfo=UTC)


@final
class Ncrontab:
    """Seconds, and the five fields of a cron; ``ValueError`` for what is none."""

    def __init__(self, text: str) -> None:
        seconds, _, rest = text.partition(" ")
        self._cron = Cron(rest, UTC)
        sixty = Cron(f"{seconds} * * * *", UTC)  # seconds are written as minutes are
        self._seconds = [second for second in range(60) if _is_due(sixty, NEW_YEAR + timedelta(minutes=second))]

    def after(self, moment: datetime) -> datetime:
        """The first due moment behind ``moment``."""
        minute = moment.astimezone(UTC).replace(second=0, microsecond=0)
        if _is_due(self._cron, minute):
            later = (minute + timedelta(seconds=second) for second in self._seconds)
            found = next((one for one in later if one > moment), None)
            if found is not None:
                return found
        return self._cron.after(minute) + timedelta(seconds=self._seconds[0])


def _is_due(cron: Cron, minute: datetime) -> bool:
    return cron.after(minute - SECOND) == minute
