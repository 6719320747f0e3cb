"""Makes the failures that Step Functions itself reports, in moto's terms.

raise failure(env, "States.DataLimitExceeded", "the output is too large")
"""

from typing import Any

from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails

RUNTIME = "States.Runtime"
DATA_LIMIT = "States.DataLimitExceeded"
QUERY = "States.QueryEvaluationError"
NO_CHOICE = "States.NoChoiceMatched"


def named(error_name: str | None) -> ErrorName:
    """A name of the platform or of a program; moto refuses to make the first from a text that comes out of a branch."""
    try:
        return StatesErrorName.from_name(error_name or "")
    except ValueError:
        return CustomErrorName(error_name=error_name)


def failure(env: Any, name: str, cause: str) -> FailureEventException:
    """A failure of the state that ``env`` is in."""
    if name == QUERY:
        kind = HistoryEventType.EvaluationFailed
        details = EventDetails(evaluationFailedEventDetails=EvaluationFailedEventDetails(error=name, cause=cause))
    else:
        kind = HistoryEventType.TaskFailed
        details = EventDetails(taskFailedEventDetails=TaskFailedEventDetails(error=name, cause=cause))
    return FailureEventException(FailureEvent(env=env, error_name=named(name), event_type=kind, event_details=details))
