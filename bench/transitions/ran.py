"""What a run gave and what it cost, and how transitions are counted.

A transition is a state entered or tried again (aws.amazon.com/step-functions/pricing).
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, final

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


def transitions(entered: Sequence[str], invoked: Sequence[str]) -> int:
    """States entered, and the attempts of functions beyond the first of each; ``invoked`` names the state of each call.

    A state may be entered and call nothing: its Arguments were an error.
    """
    times, attempts = Counter(entered), Counter(invoked)
    assert attempts.keys() <= times.keys(), "a function was called by no state that was entered"
    return len(entered) + sum(max(0, count - times[name]) for name, count in attempts.items())


def written(name: str, arguments: Iterable[object]) -> str:
    """A call as text: ``look("export",0)``."""
    shown = (json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in arguments)
    return f"{name}({','.join(shown)})"
