"""Patch: the quotas of Step Functions that a program can meet, which moto enforces in part or not at all.

docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: 262,144 bytes for an input, a result, Arguments, a
variable, an Assign or an output; 25,000 events in the history of an execution. API reference, SendTaskFailure and
Fail: 256 characters of error name, 32,768 of cause. What happens to a Fail state or a function with a longer cause is
nowhere written; here it fails with States.DataLimitExceeded, so that no program comes to depend on it.
"""

import json
from types import SimpleNamespace
from typing import Any, Final

from moto.stepfunctions.parser import quotas
from moto.stepfunctions.parser.api import HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent
from moto.stepfunctions.parser.asl.component.common.parargs import Parargs
from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager

from portable_faas_aws.emulator.interpreter.failures import DATA_LIMIT, RUNTIME, failure, named
from portable_faas_aws.emulator.interpreter.session import Session
from portable_faas_aws.emulator.patching import Patching

MAX_BYTES: Final = 262_144
MAX_ERROR: Final = 256
MAX_CAUSE: Final = 32_768
LAST: Final = {
    HistoryEventType.ExecutionFailed,
    HistoryEventType.ExecutionSucceeded,
    HistoryEventType.ExecutionAborted,
    HistoryEventType.ExecutionTimedOut,
}


def install(patching: Patching, session: Session) -> None:
    """Check Arguments, every failure, and the number of events; the size of a value is that of its compact JSON."""

    def checked(original: Any) -> Any:
        def eval_body(self: Any, env: Any) -> None:
            original(self, env)
            check_value(env, "Arguments", env.stack[-1])

        return eval_body

    patching.wrap(Parargs, "_eval_body", checked)
    patching.everywhere("moto.stepfunctions", quotas.is_within_size_quota, fits)
    patching.wrap(FailureEvent, "__init__", _bounded)
    patching.wrap(EventManager, "add_event", lambda original: _counted(original, session.max_events))


def fits(value: Any) -> bool:
    """Whether a value may be an input, a result or an output."""
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str).encode()) <= MAX_BYTES


def check_value(env: Any, what: str, value: Any) -> None:
    """Fail the state with States.DataLimitExceeded if ``value`` is too large."""
    if not fits(value):
        raise failure(env, DATA_LIMIT, f"The size of {what} exceeds the maximum of {MAX_BYTES} bytes")


def _bounded(original: Any) -> Any:
    def init(self: Any, env: Any, error_name: Any, event_type: Any, event_details: Any = None) -> None:
        for details in (event_details or {}).values():
            if isinstance(details, dict) and (problem := _too_long(details)):
                details.update(error=DATA_LIMIT, cause=problem)
                error_name = named(DATA_LIMIT)
        original(self, env, error_name, event_type, event_details)

    return init


def _too_long(details: dict[str, Any]) -> str | None:
    error, cause = details.get("error"), details.get("cause")
    if isinstance(error, str) and len(error) > MAX_ERROR:
        return f"The error name has {len(error)} characters; the maximum is {MAX_ERROR}"
    if isinstance(cause, str) and len(cause) > MAX_CAUSE:
        return f"The cause has {len(cause)} characters; the maximum is {MAX_CAUSE}"
    return None


def _counted(original: Any, most: int) -> Any:
    def add_event(self: Any, context: Any, event_type: Any, *args: Any, **kwargs: Any) -> Any:
        if len(self._history_event_list) >= most - 1 and event_type not in LAST:
            place = SimpleNamespace(next_state_name=None, event_history_context=context)
            raise failure(place, RUNTIME, f"The execution reached the maximum number of history events ({most}).")
        return original(self, context, event_type, *args, **kwargs)

    return add_event
