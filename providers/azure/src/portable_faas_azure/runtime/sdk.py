"""Cures what the 1.x SDK does to every program, once per process.

It makes everything that was recorded anew at every turn, so what it does per event decides what a long history costs.
None of the cures changes what a program sees (``bench/replay.py`` shows what they are worth):

* It parses every timestamp with ``dateutil``; ``datetime.fromisoformat`` reads the same texts 200 times faster.
* A timestamp without an offset becomes a naive datetime, which cannot be compared with an aware one.
* Half of the events are only the host's business (what was scheduled, where a turn ended): they are left out.
* Its JSON codec looks up a setting and builds an encoder for each value; our payloads are texts and need neither.
* The codec warns once per process that it was given no type, which texts do not need.
* It keeps only the last of several events that came before their wait: each of ours gets a name of its own.
"""

import json
import sys
import warnings
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, cast, final

import azure.durable_functions.models.actions
import azure.durable_functions.models.history
from azure.durable_functions.models.DurableOrchestrationContext import DurableOrchestrationContext
from azure.durable_functions.models.utils.df_serialization import df_dumps, df_loads

from portable_faas_azure.runtime.happening import EVENT

# The modules; the attributes of their packages are the classes.
_EVENTS: Final = "azure.durable_functions.models.history.HistoryEvent"
_EXECUTOR: Final = "azure.durable_functions.models.TaskOrchestrationExecutor"
_ACTIVITY: Final = "azure.durable_functions.models.actions.CallActivityAction"
_WARNING: Final = "azure.functions df_loads was called without expected_type"
_DECODER: Final = json.JSONDecoder()
_ENCODER: Final = json.JSONEncoder()
# TaskScheduled, SubOrchestrationInstanceCreated, TimerCreated, OrchestratorCompleted: the executor ignores them.
_OF_THE_HOST: Final = frozenset({4, 7, 10, 13})
_EVENT_RAISED: Final = 15
_EARLY: Final = f"Potential duplicate Task completion for TaskId: {EVENT}"  # an event that nobody waits for yet

assert azure.durable_functions.models.history  # loads the modules named above
assert azure.durable_functions.models.actions


@final
class Cure(NamedTuple):
    """``name`` of ``place`` becomes ``value``."""

    place: Any
    name: str
    value: Any


def cure() -> None:
    """Apply the cures; doing it again changes nothing."""
    put(CURES)
    warnings.filterwarnings("ignore", message=_WARNING, category=DeprecationWarning)
    warnings.filterwarnings("ignore", message=_EARLY, category=UserWarning)


def event_name(number: int) -> str:
    """What the event at this place, from 0, is called inside the SDK."""
    return f"{EVENT}#{number}"


def put(cures: Iterable[Cure]) -> None:
    """Put each value into its place."""
    for place, name, value in cures:
        setattr(place, name, value)


def moment(text: str) -> datetime:
    """The aware UTC datetime of a timestamp; the host writes UTC, with or without saying so."""
    read = datetime.fromisoformat(text)
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)


def _from_json(context: Any, text: str) -> Any:
    fields = json.loads(text)
    fields["history"] = [event for event in fields["history"] if event["EventType"] not in _OF_THE_HOST]
    ours = (e for e in fields["history"] if e["EventType"] == _EVENT_RAISED and e["Name"].casefold() == EVENT)
    for number, event in enumerate(ours):
        # Its data are not for the SDK's decoder, which makes objects of some of them.
        event.update({"Name": event_name(number), "Payload": event["Input"], "Input": None})
    return context(**fields)


def _quick_loads(text: str, expected_type: type | None = None) -> Any:
    """The SDK's decoder, except for a text that is expected to be one."""
    if expected_type is str and text[:1] == '"':
        value, end = _DECODER.raw_decode(text)
        if end == len(text):
            return value
    return df_loads(text, expected_type=expected_type)


def _quick_dumps(value: Any) -> str:
    """The SDK's encoder, except for a text."""
    return _ENCODER.encode(value) if type(value) is str else cast(str, df_dumps(value))


CURES: Final = (
    Cure(sys.modules[_EVENTS], "dt_parse", moment),
    Cure(sys.modules[_EXECUTOR], "df_loads", _quick_loads),
    Cure(sys.modules[_ACTIVITY], "df_dumps", _quick_dumps),
    Cure(DurableOrchestrationContext, "from_json", classmethod(_from_json)),
)
UNCURED: Final = tuple(
    Cure(place, name, vars(place)[name]) for place, name, _ in CURES
)  # what the SDK itself has there
