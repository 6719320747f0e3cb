"""Runs Python ahead of what gives it nothing: a timer, a status, or a loop of calls whose results are dropped.

for line in lines:             the calls of all lines are described at once, and the Python behind the loop has run,
    await ship(line)           before the first of them is made
"""

from typing import TYPE_CHECKING, Any

from portable_faas.stepping import Awaiting, Ended, Stack
from portable_faas_aws.runtime.calls import describe, in_turn, kind_of
from portable_faas_aws.runtime.chain import FAN

if TYPE_CHECKING:
    from portable_faas_aws.runtime.step import Invocation

Result = dict[str, Any]


def ran_ahead(step: "Invocation", stack: Stack, label: str, described: dict[str, Any], before: int) -> Result | None:
    """Where the program goes on after what gives it nothing; None if by an exception, or if there is no room."""
    counted = step.run_.events
    found = _ran_loop(step, stack, label, described, before) if _is_loop(label) else None
    if not _is_loop(label):
        then = step.then(stack, label, stack.advance(None, None), before)
        found = None if then is None else {"call": {**described, "then": then}}
    if found is None:
        step.run_.events = counted
    return found


def _ran_loop(step: "Invocation", stack: Stack, label: str, described: dict[str, Any], before: int) -> Result | None:
    """The calls of a loop and where the program goes on after it.

    If that cannot be said, as many calls as have been prepared are made one by one before it is tried again.
    """
    alone = step.payload.get("call", {}).get("alone", 0) if step.payload.get("site") == label else 0
    if alone:
        described["alone"] = alone - 1
        return None
    calls: list[dict[str, Any]] = []
    ended = _prepare(step, calls, stack, label, described, before)
    then = None if ended is None else step.then(stack, label, ended, before)
    if then is None:
        described["alone"] = max(0, len(calls) - 1)
        return None
    return in_turn(label, calls, then)


def _prepare(
    step: "Invocation", calls: list[dict[str, Any]], stack: Stack, label: str, described: dict[str, Any], before: int
) -> Ended | None:
    """Add the calls of a loop to ``calls``; None if one raises, or if there is no room for it."""
    step.budget.add(FAN)
    while True:
        events = step.budget.of_call(described)
        if not step.budget.fits(events, before):
            return None
        step.budget.add(events)
        calls.append(described)
        ended = stack.advance(None, None)
        if not isinstance(ended, Awaiting) or label != f"{stack.path}:{kind_of(ended.call)}":
            return ended
        try:
            described = describe(step.code.flows, step.run_, ended.call, step.run_.fiber, step.run_.gathers)
        except Exception:  # raised again in its time
            return None


def _is_loop(label: str) -> bool:
    """Whether what may be run ahead of is a loop of an activity, no timer or status."""
    return not label.rpartition(":")[2].startswith("$")


def empty_loops(payload: dict[str, Any], label: str) -> list[str] | None:
    """The loops over nothing that lead to ``label`` from where the state machine goes on; None if none do."""
    found: list[str] = []
    expected, ahead = payload["next"], payload.get("ahead", {})
    while label not in expected:
        through = expected[0] if len(expected) == 1 and _is_loop(expected[0]) else ""
        if through not in ahead or through in found:
            return None
        found.append(through)
        expected = ahead[through]
    return found
