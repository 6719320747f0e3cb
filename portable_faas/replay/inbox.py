"""The external events of one instance: those that wait for a reader, and the ids of those that came lately.

    raised("go", id="1")  raised("go", id="1")  take("go") -> the first; the second was a duplicate

An event leaves the inbox when the program receives it. One that was given to a branch which then lost its race is put
back at its place.
"""

import json
from bisect import insort
from typing import Final, Literal, NamedTuple, final

WAITING: Final = 1_000  # events at most; design of the queue on every engine
IDS: Final = 1_000

Verdict = Literal["new", "duplicate", "full"]


@final
class Raised(NamedTuple):
    """One event; ``number`` is its place in the order of arrival, ``data`` is JSON."""

    number: int
    name: str
    data: str
    id: str


@final
class Inbox:
    """What has been raised and not been received."""

    __slots__ = ("_ids", "_next", "_waiting")

    def __init__(self, events: tuple[Raised, ...] = (), ids: tuple[str, ...] = (), number: int = 0) -> None:
        self._waiting: list[Raised] = list(events)
        self._ids: dict[str, None] = dict.fromkeys(ids)
        self._next = number

    @property
    def waiting(self) -> tuple[Raised, ...]:
        """The events that nobody has received, in the order of their arrival."""
        return tuple(self._waiting)

    def verdict(self, event_id: str) -> Verdict:
        """Whether an event with this id would be taken in."""
        if event_id in self._ids:
            return "duplicate"
        return "full" if len(self._waiting) >= WAITING else "new"

    def add(self, name: str, data: str, event_id: str) -> None:
        """Take an event in that ``verdict`` calls new."""
        self._ids[event_id] = None
        while len(self._ids) > IDS:
            del self._ids[next(iter(self._ids))]
        self._next += 1
        self._waiting.append(Raised(self._next, name, data, event_id))

    def take(self, name: str) -> Raised | None:
        """The oldest event called ``name``, which leaves the inbox."""
        for index, event in enumerate(self._waiting):
            if event.name == name:
                return self._waiting.pop(index)
        return None

    def put_back(self, event: Raised) -> None:
        """The program never received it after all."""
        insort(self._waiting, event)

    def to_json(self) -> str | None:
        """What the next run begins with; None where there is nothing."""
        if not self._ids and not self._waiting:
            return None
        return json.dumps({"events": self._waiting, "ids": list(self._ids), "number": self._next})

    @classmethod
    def from_json(cls, text: str | None) -> "Inbox":
        """The inbox that ``to_json`` wrote."""
        if text is None:
            return cls()
        wire = json.loads(text)
        return cls(tuple(Raised(*event) for event in wire["events"]), tuple(wire["ids"]), wire["number"])
