"""The run behind a context while an orchestrator is carried on step by step: who it is, what time it is."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, final

from portable_faas.history import EPOCH, MILLISECOND

if TYPE_CHECKING:
    from uuid import UUID


@final
class StepRun:
    """One step of one instance. ``key`` is the UUID of this start, ``at`` its time in milliseconds since 1970 UTC.

    ``version`` is the app's when the instance, or its last ``continue_as_new``, began.

    ``fiber`` names the branch of a gather that runs, ``uuids`` and ``gathers`` count what ``ctx.uuid()`` gave and what
    was gathered in it so far; ``keeps`` says whether a failure of the branch is its result, ``room`` how many bytes of
    JSON that may take where it is recorded (0: no limit). ``events`` is how many entries its record has at most, where
    an engine's records are limited, ``allowed`` how many those of a branch may be.

    ``lock`` is the id of the lock that its code runs under, the empty text for none: who carries out the calls sets it
    when a lock has been acquired or freed, and gives it to the branches inside. ``steps`` counts the operations of the
    branch that are known by their number.
    """

    __slots__ = (
        "allowed", "at", "events", "fiber", "gathers", "instance_id", "keeps", "key", "lock", "logger_name",
        "replaying", "room", "steps", "uuids", "version",
    )  # fmt: skip

    def __init__(
        self, instance_id: str, key: str, logger_name: str, at: int, fiber: str = "", version: str = ""
    ) -> None:
        self.instance_id = instance_id
        self.key = key
        self.logger_name = logger_name
        self.at = at
        self.version = version
        self.fiber = fiber
        self.lock = ""
        self.uuids = 0
        self.gathers = 0
        self.steps = 0
        self.keeps = False
        self.room = 0
        self.events = 0
        self.allowed = 0
        self.replaying = False

    def kept(self) -> list[Any]:
        """What of it is kept across an await."""
        counted = [self.steps, self.events, self.allowed]
        return [self.fiber, self.uuids, self.gathers, self.keeps, self.room, self.at, self.lock, *counted]

    def restore(self, kept: list[Any]) -> None:
        """Take over what was kept; time never goes back, whoever's clock it is."""
        self.fiber, self.uuids, self.gathers, self.keeps, self.room, at, self.lock, *counted = kept
        self.steps, self.events, self.allowed = counted
        self.at = max(self.at, at)

    def now(self) -> datetime:
        """The time of the step."""
        return EPOCH + self.at * MILLISECOND

    def uuid(self) -> "UUID":
        """The next UUID of the branch: RFC 9562 version 5 under the key of the start."""
        from uuid import UUID, uuid5

        self.uuids += 1
        return uuid5(UUID(self.key), f"{self.fiber}#{self.uuids}")
