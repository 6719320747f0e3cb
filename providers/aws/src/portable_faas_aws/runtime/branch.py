"""The exception of a branch on its way to the gather: whole, where its portable form would lose a part of it.

    raise Boom("a") from error    ->    {"type": "app.Boom", "message": "a", "args": ..., "whole": "{...}"}

An activity's error crosses a boundary and loses what is not portable, on every engine. A helper is a part of the
orchestrator: what it raises has its causes and attributes there.
"""

from typing import Any, Final

from portable_faas.stepping import Flows, StepRun, pack_value, unpack_value
from portable_faas.values import Failure, rebuild

WHOLE: Final = "whole"


def told(flows: Flows, failure: Failure, error: BaseException) -> dict[str, Any]:
    """What is reported of ``error``, whose portable form is ``failure``."""
    wire: dict[str, Any] = failure.to_wire()
    if not isinstance(error, Exception):
        return wire
    try:
        whole = pack_value(flows, error)
    except (TypeError, RecursionError) as problem:
        from logging import getLogger

        getLogger("portable_faas.aws").warning("%s loses what cannot be kept: %s", failure.type, problem)
        return wire
    return wire if whole == pack_value(flows, rebuild(failure)) else {**wire, WHOLE: whole}


def heard(flows: Flows, run: StepRun, wire: dict[str, Any]) -> Exception:
    """The exception of a report; ``ValueError`` if it is none."""
    if WHOLE in wire:
        error: Exception = unpack_value(flows, run, wire[WHOLE])
        return error
    return rebuild(Failure.from_wire(wire))
