"""The calls an instance made, in a form that is equal on every engine.

    events of a finished instance  ->  ["charge(1)", "fetch(1); store(1)", "fetch(2); store(2)"]

One text per fiber, its calls in order; the fibers sorted, since branches have no order between them. Attempts of a
step are one call. Branches that were abandoned are left out: how far they came depends on the engine.
"""

import json
from collections.abc import Iterable

from portable_faas.client import HistoryEvent


def calls(history: Iterable[HistoryEvent]) -> list[str]:
    """The calls of each fiber that was not abandoned."""
    events = list(history)
    gone = {event.fiber for event in events if event.kind == "Abandoned"}
    fibers: dict[str, list[str]] = {}
    for event in events:
        if event.kind == "Scheduled" and not _below(event.fiber, gone):
            fibers.setdefault(event.fiber, []).append(_call(event))
    return sorted("; ".join(made) for made in fibers.values())


def _call(event: HistoryEvent) -> str:
    arguments = (json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in event.data.values())
    return f"{event.name}({','.join(arguments)})"


def _below(fiber: str, gone: set[str]) -> bool:
    """Whether a fiber is one of ``gone``, or a branch of one; ids grow by ``/gather.branch``."""
    parts = fiber.split("/")
    return any("/".join(parts[: length + 1]) in gone for length in range(1, len(parts)))
