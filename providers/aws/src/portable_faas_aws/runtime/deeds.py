"""What a Lambda did besides an activity and needed no state for: its result says so, for the history.

await counter.call(Counter.add, 5)    ->    ["OperationCalled", "", "Counter.add", '{"key":"k","args":{"n":5}}', ...]
"""

import json
from typing import Any, Final, final

from portable_faas.history import COMPLETED, FAILED, Kind

SHOWN: Final = 512  # characters of what is shown of data; more is left out
ROOM: Final = 16 * 1024  # characters of all that a result tells; the rest is counted
ROOM_OF_ERROR: Final = 2 * 1024  # the same of the message of an error, which has little room

Deed = list[Any]


@final
class Deeds:
    """Those of one invocation: kind, branch, name, data, and how it ended."""

    def __init__(self) -> None:
        self._all: list[Deed] = []

    def add(self, kind: Kind, fiber: str, name: str, data: str, end: Kind | None = None, result: str = "null") -> None:
        """One more; ``data`` and ``result`` are JSON."""
        self._all.append([kind, fiber, name, _shown(data), end, _shown(result)])

    def ended(self, kind: Kind, fiber: str, name: str, data: Any, failed: bool, result: str) -> None:
        """One that has ended."""
        self.add(kind, fiber, name, json.dumps(data, ensure_ascii=False), FAILED if failed else COMPLETED, result)

    def told(self, room: int) -> dict[str, Any]:
        """What the result says; ``more`` is how many have no room."""
        told, left = list(self._all), room
        for number, deed in enumerate(self._all):
            left -= sum(len(part or "") for part in deed) + 20
            if left < 0:
                return {"did": told[:number], "more": len(self._all) - number}
        return {"did": told} if told else {}


def _shown(text: str) -> str:
    return text if len(text) <= SHOWN else "null"
