"""A wait for entities that somebody else holds: a Task with a bell, which is rung when they are free.

    async with ctx.lock(a, b):        lock A and B (line 3) -> after lock A and B (line 3)

No state comes between a step and its lock where all of it is free: the Lambda of the step takes it and goes on. While
it waits, its Task is tried again from time to time, to see whether who holds the entities has ended.
"""

from typing import TYPE_CHECKING, Any, Final

from portable_faas.ir import EntityShape, LockShape, Shape
from portable_faas_aws.lowering.asl import WAIT_FOR_TOKEN, State, expression, invoke
from portable_faas_aws.lowering.counting import RETRIED
from portable_faas_aws.lowering.policy import retriers
from portable_faas_aws.lowering.resume import AFTER, Resume
from portable_faas_aws.lowering.sites import Site

if TYPE_CHECKING:
    from portable_faas_aws.lowering.machine import Machine

# A minute at first, an hour at last: 24 attempts a day, of three events each, are few enough for a run of a year.
_PATIENCE: Final = expression(f"$min([3600, 60 * $power(2, $min([{RETRIED}, 6]))])")
_AGAIN: Final[dict[str, Any]] = {
    "ErrorEquals": ["States.Timeout"],
    "IntervalSeconds": 1,
    "MaxAttempts": 99_999_999,
    "BackoffRate": 1.0,
}


def wait_until_free(machine: "Machine", site: Site) -> State:
    """The wait of a scope itself."""
    call = machine.var("call")
    made = _bell(machine, site.shape, call, site.line)
    assign = {machine.variable("call"): {"outcome": {"held": expression(call)}}}
    return {**made, "Assign": assign, "Next": machine.enter(Resume(AFTER, site))}


def free(machine: "Machine", shape: Shape, given: str, to: str) -> State:
    """The wait of a branch that is an operation, which is carried out in the state ``to``."""
    return {**_bell(machine, shape, given, 0), "Output": expression("$states.input"), "Next": to}


def _bell(machine: "Machine", shape: Shape, call: str, line: int) -> State:
    payload = machine.payload(ask=expression(call), token=expression("$states.context.Task.Token"))
    made = invoke(machine.target.orchestrator, payload, f"{_what(shape)}, line {line}" if line else _what(shape))
    return {
        **made,
        "Resource": WAIT_FOR_TOKEN,
        "TimeoutSeconds": _PATIENCE,
        "Retry": [_AGAIN, *retriers(None)],
    }


def _what(shape: Shape) -> str:
    if isinstance(shape, LockShape):
        return "waits for a lock"
    assert isinstance(shape, EntityShape)
    return "waits until the entity is free"
