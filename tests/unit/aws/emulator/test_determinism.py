"""Random machines of branches, items and waits: every run has the same history, and takes the time that it must."""

import random
from typing import Any

import pytest
from portable_faas_aws.emulator import Emulator

from tests.unit.aws.emulator.conftest import begin, history


class Made:
    """One random program, and the seconds it takes."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._names = 0
        self.states, self.seconds = self._chain(depth=3)

    def _name(self) -> str:
        self._names += 1
        return f"s{self._names}"

    def _chain(self, depth: int) -> tuple[dict[str, Any], int]:
        made = [self._state(depth) for _ in range(self._random.randint(1, 3))]
        names = [self._name() for _ in made]
        states = {
            name: {**state, "Next": after} for (state, _), name, after in zip(made, names, names[1:], strict=False)
        }
        states[names[-1]] = {**made[-1][0], "End": True}
        return states, sum(seconds for _, seconds in made)

    def _state(self, depth: int) -> tuple[dict[str, Any], int]:
        kind = self._random.choice(["Wait", "Pass", "Parallel", "Map"] if depth else ["Wait", "Pass"])
        if kind == "Wait":
            seconds = self._random.randint(0, 3)
            return {"Type": "Wait", "Seconds": seconds}, seconds
        if kind == "Pass":
            return {"Type": "Pass", "Assign": {f"v{self._name()}": "{% $millis() %}"}, "Output": "{% $now() %}"}, 0
        bodies = [self._chain(depth - 1) for _ in range(self._random.randint(1, 3) if kind == "Parallel" else 1)]
        branches = [{"StartAt": next(iter(states)), "States": states} for states, _ in bodies]
        if kind == "Parallel":
            return {"Type": "Parallel", "Branches": branches}, max(seconds for _, seconds in bodies)
        items, width = self._random.randint(1, 5), self._random.randint(1, 3)
        rounds = -(-items // width)
        item_map = {
            "Type": "Map",
            "Items": f"{{% [1..{items}] %}}",
            "MaxConcurrency": width,
            "ItemProcessor": branches[0],
        }
        return item_map, rounds * bodies[0][1]


def seen(aws: Emulator, arn: str) -> list[tuple[object, ...]]:
    """What the history says, with times counted from the start."""
    events = history(aws, arn)
    names = [
        event.get("stateEnteredEventDetails", event.get("stateExitedEventDetails", {})).get("name") for event in events
    ]
    start = events[0]["timestamp"]
    facts = zip(events, names, strict=True)
    return [
        (e["id"], e["previousEventId"], e["type"], name, (e["timestamp"] - start).total_seconds()) for e, name in facts
    ]


@pytest.mark.parametrize("seed", range(25))
def test_the_same_history_in_the_time_it_takes(aws: Emulator, seed: int) -> None:
    program = Made(seed)
    run = begin(aws, program.states)
    first = aws.result(run, 20)
    assert first["status"] == "SUCCEEDED"
    assert (first["stopDate"] - first["startDate"]).total_seconds() == program.seconds
    again = begin(aws, program.states)
    aws.result(again, 20)
    assert seen(aws, again) == seen(aws, run)
