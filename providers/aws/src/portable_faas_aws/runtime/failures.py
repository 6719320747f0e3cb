"""Reads back a failure that a state machine caught: its error name and cause.

("States.Timeout", "", activity charge)         TimeoutError("activity charge timed out after 5 s")
("shop.OutOfStock", '{"errorMessage": ...}')    the failure that the Lambda reported
"""

import json
from collections.abc import Callable
from typing import Any, Final

from portable_faas.errors import ActivityCrashed
from portable_faas.values import Failure, capture

LONGEST: Final = 900  # seconds that one Lambda call can last
TIMED_OUT: Final = ("States.Timeout", "Sandbox.Timedout")
CRASHED: Final = ("Lambda.Unknown", "Runtime.ExitError", "Runtime.Unknown", "Runtime.OutOfMemory")


def failure_of(failed: dict[str, Any], grown: Callable[[Any], Any]) -> Failure:
    """The failure behind ``error`` and ``cause``, at ``activity`` with its ``timeout`` where there was one.

    ``grown`` gives the failure that a reference stands for.
    """
    error = failed["error"]
    if error in TIMED_OUT:
        return late(failed["activity"], failed.get("timeout"))
    if error in CRASHED:
        return crashed(failed["activity"])
    return reported(error, failed.get("cause") or "", grown)


def late(activity: str, timeout: int | None) -> Failure:
    """What an attempt that took too long ends with; one text on every engine."""
    return capture(TimeoutError(f"activity {activity} timed out after {timeout or LONGEST} s"))


def crashed(activity: str) -> Failure:
    """What an attempt whose process died ends with."""
    return capture(ActivityCrashed(activity))


def reported(error: str, cause: str, grown: Callable[[Any], Any]) -> Failure:
    """What a Lambda or a Fail state of ours reported; anything else under the name it has there."""
    found = report_in(cause, grown)
    return Failure(error, cause) if found is None else Failure.from_wire(found)


def report_in(cause: str, grown: Callable[[Any], Any]) -> dict[str, Any] | None:
    """The failure as a Lambda or a Fail state of ours reported it; None where the cause is anything else."""
    try:
        found: Any = json.loads(cause)
        if "errorMessage" in found:
            found = json.loads(found["errorMessage"])
    except (ValueError, TypeError):
        return None
    try:
        report: dict[str, Any] = grown(found)
        Failure.from_wire(report)
    except ValueError:
        return None
    return report
