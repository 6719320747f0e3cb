"""Cures what the 1.x SDK does to every program, once per process.

* It parses the timestamp of every recorded event at every turn with ``dateutil``, which is 95 % of the cost of a
  long replay (151 of 160 ms at 4,000 events); ``datetime.fromisoformat`` reads the same texts 200 times faster.
* A timestamp without an offset becomes a naive datetime, which cannot be compared with an aware one.
* Its JSON codec warns once per process that it was given no type; our payloads are texts and need none.
"""

import sys
import warnings
from datetime import UTC, datetime
from typing import Any, Final

import azure.durable_functions.models.history

_EVENTS: Final = "azure.durable_functions.models.history.HistoryEvent"  # the module; the attribute is the class
_WARNING: Final = "azure.functions df_loads was called without expected_type"

assert azure.durable_functions.models.history  # loads the module named above


def cure() -> None:
    """Apply the cures; doing it again changes nothing."""
    events: Any = sys.modules[_EVENTS]
    events.dt_parse = moment
    warnings.filterwarnings("ignore", message=_WARNING, category=DeprecationWarning)


def moment(text: str) -> datetime:
    """The aware UTC datetime of a timestamp; the host writes UTC, with or without saying so."""
    read = datetime.fromisoformat(text)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
