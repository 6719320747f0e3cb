"""Whether an instance failed inside a lock is told by its history."""

import pytest

from portable_faas.history import Event, Kind, failed_inside_lock


def history(text: str) -> list[Event]:
    """``LockRequested 1 /0.1`` is one event; several are parted by commas."""
    words = [each.split() for each in text.split(",")]
    found: list[tuple[Kind, int, str]] = [(word[0], int(word[1]), "".join(word[2:])) for word in words]  # type: ignore[misc]
    return [Event(0, kind, step, fiber) for kind, step, fiber in found]


LOCK = "LockRequested 1, Completed 1"


@pytest.mark.parametrize(
    ("events", "inside"),
    [
        (f"{LOCK}, Scheduled 2, Failed 2, LockReleased 3", True),
        (f"{LOCK}, LockReleased 2, Scheduled 3, Failed 3", False),
        (f"Scheduled 4, Completed 4, {LOCK}, LockReleased 2", False),  # the lock itself is taken again
        (f"{LOCK}, Scheduled 2, Completed 2, LockReleased 3", True),
        ("LockRequested 1 /0.0, Completed 1, Scheduled 2 /0.1, Failed 2, Abandoned 0 /0.0", True),
        ("LockRequested 1 /0.0/0.1, Completed 1, TimerFired 2, Abandoned 0 /0.0, Scheduled 3, Failed 3", False),
        ("Scheduled 1, Failed 1", False),
        ("Scheduled 1", False),
    ],
)
def test_it(events: str, inside: bool) -> None:
    assert failed_inside_lock(history(events)) is inside
