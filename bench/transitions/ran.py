"""What a run gave and what it cost, and how transitions are counted.

A transition is a state entered or tried again (aws.amazon.com/step-functions/pricing).
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, final

START: Final = 1_700_000_000_000  # milliseconds since 1970 UTC


@final
@dataclass(frozen=True)
class Ran:
    """The outcome as plain JSON (``error``: class and message), the calls sorted, and the counts of the bill."""

    output: object
    error: tuple[str, str] | None
    calls: list[str]
    status: object
    transitions: int
    invocations: int


def transitions(machine: dict[str, Any], entered: Sequence[str], invocations: int) -> int:
    """States entered, and the attempts of functions beyond the first of each."""
    functions = set(_functions(machine))
    retries = invocations - sum(name in functions for name in entered)
    assert retries >= 0, "a function was not called by its state"
    return len(entered) + retries


def _functions(machine: dict[str, Any]) -> Iterator[str]:
    for name, state in machine["States"].items():
        if str(state.get("Resource", "")).endswith("lambda:invoke"):
            yield name
        for inner in (*state.get("Branches", ()), *([state["ItemProcessor"]] if "ItemProcessor" in state else ())):
            yield from _functions(inner)


def written(name: str, arguments: Iterable[object]) -> str:
    """A call as text: ``look("export",0)``."""
    shown = (json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in arguments)
    return f"{name}({','.join(shown)})"
