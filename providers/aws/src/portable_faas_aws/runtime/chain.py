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

from portable_faas_aws.runtime.ends import CHILD, ENTITY, EVENT, GATHER, LOCK, SELECT, START, STATUS, TIMER

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
_BRANCH: Final = 20  # characters of the branch, instead of so many of the id
LEAVE: Final = 20  # what a branch needs to go on in an execution of its own, and a run to get to its first await
LEAST: Final = 2 * LEAVE  # the events that a branch is allowed at least


@final
class Chain(NamedTuple):
    """Which execution of the run this is, and how many events were counted before it.

    Where it carries out one branch, that is its ``fiber``; its parent has ``spare`` events for the branch left, and
    ``main`` is the number of the execution in which the run itself goes on.
    """

    number: int
    begun: int
    fiber: str = ""
    spare: int = 0
    main: int = 0


def room() -> int:
    """The events after which a run goes on in another execution."""
    events = int(os.environ.get(VARIABLE, EVENTS))
    return events - max(SPARE, events // 25)


def outgrown(chain: Chain, before: int, after: int) -> bool:
    """Whether what comes next, from ``before`` to ``after`` events, is for another execution, and that gains room."""
    return after - chain.begun > room() and before - chain.begun > 2 * FRESH


def following(chain: Chain, before: int) -> Chain:
    """The next execution, which begins when ``before`` events were counted."""
    return chain._replace(number=chain.number + 1, begun=before - FRESH)


def apart(of: Chain, fiber: str, before: int, allowed: int) -> Chain:
    """The execution in which a branch goes on that was ``allowed`` so many events in that of its gather, ``of``."""
    return Chain(1, before - FRESH, fiber, max(0, allowed - before - LEAVE), of.main or of.number)


def name_of(instance: str, key: str, chain: Chain) -> str:
    """The name of an execution: the same whoever makes it, so that it starts once."""
    run = f"{instance[:_NAMED]}-{key.replace('-', '')[:_HEX]}"
    if not chain.fiber:
        return f"{run}-{chain.number}"
    branch = chain.fiber.replace("/", "_").replace(".", "_")  # what CloudWatch takes in a name
    if len(branch) > _BRANCH:
        from hashlib import sha256

        branch = sha256(branch.encode()).hexdigest()[:_BRANCH]
    return f"{instance[: _NAMED - _BRANCH]}{run[len(instance[:_NAMED]) :]}{branch}-{chain.main}-{chain.number}"


def events_of(call: dict[str, Any], attempts: Callable[[dict[str, Any]], int]) -> int:
    """How many events a described call records at most, but for what helpers do.

    ``attempts`` says how often an activity is tried.
    """
    match call["kind"]:
        case _ if "raise" in call:
            return TASK
        case kind if kind == TIMER:
            return WAIT
        case kind if kind in (STATUS, START):
            return TASK
        case kind if kind in (ENTITY, LOCK) or kind.startswith(CHILD):  # an operation may wait for a lock before
            return 2 * TASK
        case kind if kind == EVENT:  # its bell, the step that takes it, the end of a branch
            return 3 * TASK
        case kind if kind in (GATHER, SELECT):
            noted = TASK if kind == SELECT and not (call["single"] and call["wanted"] == 1) else 0
            return FAN + noted + sum(ITERATION + noted + events_of(branch, attempts) for branch in call["branches"])
        case _ if "helper" in call:
            return 0
        case _:
            return TASK + ATTEMPT * (attempts(call) - 1)


def helpers_of(call: dict[str, Any]) -> list[dict[str, Any]]:
    """The branches of a described gather that are helpers, also those of gathers in it."""
    if "helper" in call:
        return [call]
    return [helper for branch in call.get("branches", ()) for helper in helpers_of(branch)]
