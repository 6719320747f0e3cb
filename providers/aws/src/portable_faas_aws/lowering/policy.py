"""How a Task is retried: the platform's own faults, and the policy of the activity.

Retry(attempts=3, first=2, backoff=4, max_interval=10)
    ->  {"ErrorEquals": ["pfaas.retry", ...], "IntervalSeconds": 2, "BackoffRate": 4.0, "MaxDelaySeconds": 10, ...}
"""

import math
from typing import Any, Final

from portable_faas.errors import ActivityCrashed
from portable_faas.ir import ActivityShape
from portable_faas.values.retry import LONGEST_WAIT, Retry
from portable_faas_aws.runtime.ends import AGAIN
from portable_faas_aws.runtime.failures import CRASHED, TIMED_OUT

PAUSE: Final = 2  # seconds before a Task begins again after a fault of the platform
# Faults of the platform, which are retried and not counted: Step Functions Developer Guide, "Handle transient Lambda
# service exceptions".
TRANSIENT: Final = (
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
)
_LONGEST: Final = 31_622_399  # seconds; MaxDelaySeconds is below 31,622,400


def counts(shape: ActivityShape) -> bool:
    """Whether attempts are counted: then faults of the platform must not be, so they are no retries of the Task."""
    return shape.known and shape.retry is not None and shape.retry.attempts > 1


def retriers(shape: ActivityShape | None) -> list[dict[str, Any]]:
    """The ``Retry`` of a Task; of a compute step without ``shape``."""
    platform: dict[str, Any] = {
        "ErrorEquals": list(TRANSIENT),
        "IntervalSeconds": 1,
        "MaxAttempts": 6,
        "BackoffRate": 2.0,
        "JitterStrategy": "FULL",
    }
    if shape is None:  # it may be done twice, so it is done again also where its process died
        return [{**platform, "ErrorEquals": [*TRANSIENT, *CRASHED]}]
    if not counts(shape):
        return [platform]
    assert shape.retry is not None
    return [_of_policy(shape.retry)]


def _of_policy(retry: Retry) -> dict[str, Any]:
    wait = min(LONGEST_WAIT, _LONGEST)
    most = wait if retry.max_interval is None else min(wait, retry.max_interval)
    made: dict[str, Any] = {
        "ErrorEquals": [AGAIN, *covered(retry)],
        # whole seconds, at least one; a delay is a lower bound
        "IntervalSeconds": max(1, math.ceil(min(retry.first, most))),
        "MaxAttempts": retry.attempts - 1,
        "BackoffRate": retry.backoff,
        "MaxDelaySeconds": max(2, math.ceil(most)),
    }
    return {**made, "JitterStrategy": "FULL"} if retry.jitter else made


def covered(retry: Retry) -> list[str]:
    """What a policy covers of the failures that no Lambda of ours can report itself."""
    found: list[str] = []
    if retry.covers(TimeoutError()):
        found += TIMED_OUT
    if retry.covers(ActivityCrashed("")):
        found += CRASHED
    return found


def silent() -> list[str]:
    """The errors of an activity's Task that carry no report of ours, or one that was tried again for the last time."""
    return [AGAIN, *TIMED_OUT, *CRASHED]
