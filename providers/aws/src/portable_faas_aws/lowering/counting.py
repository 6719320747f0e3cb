"""Counts the attempts of a Task exactly: a fault of the platform is no attempt of the activity.

    charge -> (throttled) -> charge later, 2 seconds -> charge after a fault, which knows how many attempts have failed

`State.RetryCount` counts the retries of a Task, whatever for. So faults of the platform are not retried but caught, and a
copy of the Task goes on with what was counted so far. A Lambda that knows it has the last attempt goes on by itself.
"""

from typing import Final

from portable_faas_aws.lowering.asl import State, expression
from portable_faas_aws.lowering.policy import PAUSE, TRANSIENT

RETRIED: Final = "$states.context.State.RetryCount"


def is_counted(state: State) -> bool:
    """Whether it is a Task of an activity that may be tried again."""
    return state["Type"] == "Task" and "tried" in state["Arguments"].get("Payload", {})


def counted(state: State, names: tuple[str, str, str], variable: str) -> dict[str, State]:
    """The Task, the pause after a fault of the platform, and the Task after that, under these ``names``."""
    name, later, copy = names
    return {
        name: _counting(state, RETRIED, later, variable),
        later: {"Type": "Wait", "Seconds": PAUSE, "Next": copy},
        copy: _counting(state, f"${variable} + {RETRIED}", later, variable),
    }


def _counting(state: State, tried: str, later: str, variable: str) -> State:
    payload = {**state["Arguments"]["Payload"], "tried": expression(tried)}
    fault: State = {
        "ErrorEquals": list(TRANSIENT),
        "Assign": {variable: expression(tried)},
        "Output": expression("$states.input"),
        "Next": later,
    }
    arguments = {**state["Arguments"], "Payload": payload}
    return {**state, "Arguments": arguments, "Catch": [fault, *state.get("Catch", [])]}
