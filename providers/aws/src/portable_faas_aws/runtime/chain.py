"""Counts the events of an execution, and says when the run goes on in a new one, which is named here.

    {"number": 1, "begun": 0}  after 24,000 events, before `await charge(order)`
        ->  order-7-1f0c2a9be4d1-2, which begins with {"resume": {"to": "3:charge", "state": "...", "call": {...}}}

A history has 25,000 events (Step Functions Developer Guide, "Service quotas"). Which events a state records stands in
the API reference, HistoryEvent: a Task with a result five, one more attempt three, a Choice, Wait or Succeed two, a Map
or Parallel four and an iteration two. What is counted is an upper bound; the count goes on from execution to execution,
so that what was packed before stays true, and each of them knows what was counted before it began.
"""

import os
from collections.abc import Callable
from typing import Any, Final, NamedTuple, final

from portable_faas_aws.runtime.ends import GATHER, STATUS, TIMER

VARIABLE: Final = "PFAAS_HISTORY"  # events that a history may have, where a test wants fewer
EVENTS: Final = 25_000
TASK: Final = 5
CHOICE: Final = 2
STEP: Final = TASK + CHOICE
ATTEMPT: Final = 3
WAIT: Final = 2
FAN: Final = 4
ITERATION: Final = 2 + CHOICE
FRESH: Final = 20  # the first state, which fails, and the choice where to go on; the begin of a run takes no more
SPARE: Final = 40  # the end of an execution, and what a fault of the platform adds now and then; at least
_HEX: Final = 12  # digits of the key in a name; a name has 80 characters at most (API reference, StartExecution)
_NAMED: Final = 55  # characters of the instance's id in it


@final
class Chain(NamedTuple):
    """Which execution of the run this is, and how many events were counted before it."""

    number: int
    begun: int


def room() -> int:
    """The events after which a run goes on in another execution."""
    events = int(os.environ.get(VARIABLE, EVENTS))
    return events - max(SPARE, events // 25)


def outgrown(chain: Chain, before: int, after: int) -> bool:
    """Whether what comes next, from ``before`` to ``after`` events, is for another execution, and that gains room."""
    return after - chain.begun > room() and before - chain.begun > 2 * FRESH


def following(chain: Chain, before: int) -> Chain:
    """The next execution, which begins when ``before`` events were counted."""
    return Chain(chain.number + 1, before - FRESH)


def name_of(instance: str, key: str, chain: Chain) -> str:
    """The name of an execution: the same whoever makes it, so that it starts once."""
    return f"{instance[:_NAMED]}-{key.replace('-', '')[:_HEX]}-{chain.number}"


def events_of(call: dict[str, Any], attempts: Callable[[dict[str, Any]], int]) -> int:
    """How many events a described call records at most; ``attempts`` says how often an activity is tried."""
    match call["kind"]:
        case _ if "raise" in call:
            return TASK
        case kind if kind == TIMER:
            return WAIT
        case kind if kind == STATUS:
            return TASK
        case kind if kind == GATHER:
            return FAN + sum(ITERATION + events_of(branch, attempts) for branch in call["branches"])
        case _ if "helper" in call:
            return STEP
        case _:
            return TASK + ATTEMPT * (attempts(call) - 1)
