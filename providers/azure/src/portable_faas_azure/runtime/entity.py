"""What an entity function does: it applies operations to a state in an envelope, with what the platform lacks.

    {"state": "{\\"value\\":5}", "holder": "", "queue": [], "seen": {"A-1/3": "{\\"ok\\":5}"}}

An operation that fails leaves the state unchanged, one that comes twice is applied once, and while somebody holds the
entity the operations of others wait in the envelope, in their order. Who waits for the end of one asks again with the
same operation: an entity can answer only while it is asked.
"""

import json
import logging
from typing import Any, Final, NamedTuple, final

from portable_faas.context.entity_type import EntityType
from portable_faas.errors import ActivityCrashed
from portable_faas.values import capture, out_of_coroutine
from portable_faas_azure.runtime.envelope import raised, returned

LOG: Final = logging.getLogger("portable_faas.azure")
SEEN: Final = 200  # operations that are remembered: the platform repeats what it is not sure to have delivered
APPLY: Final = "apply"
LOCK: Final = "lock"
UNLOCK: Final = "unlock"
DONE: Final = returned("null")


@final
class Operation(NamedTuple):
    """``id`` is new for each; ``lock`` names the lock that its sender holds; ``waited`` whether its end is wanted."""

    id: str
    key: str
    operation: str
    args: str
    lock: str
    waited: bool

    def text(self) -> str:
        """As it is sent."""
        return json.dumps(self._asdict(), ensure_ascii=False, separators=(",", ":"))


def waiting(holder: str) -> str:
    """The answer to an operation or lock that has to wait for ``holder``."""
    return json.dumps({"wait": holder})


def holder_in(answer: str) -> str | None:
    """Whom an answer says to wait for."""
    if answer.startswith('{"wait"'):
        return str(json.loads(answer)["wait"])
    return None


@final
class Kept:
    """The envelope of one entity, to be changed by operations."""

    def __init__(self, text: str | None) -> None:
        wire: dict[str, Any] = json.loads(text) if text else {}
        self.state: str | None = wire.get("state")
        self.holder: str = wire.get("holder", "")
        self.queue = [Operation(**each) for each in wire.get("queue", ())]
        self.seen: dict[str, str] = wire.get("seen", {})

    def text(self) -> str:
        """What the next batch begins with."""
        wire = {"state": self.state, "holder": self.holder, "queue": [each._asdict() for each in self.queue]}
        return json.dumps({**wire, "seen": self.seen}, ensure_ascii=False, separators=(",", ":"))

    def take(self, type: EntityType, name: str, wire: dict[str, Any]) -> str:
        """Carry out what was sent; gives the answer."""
        match name:
            case "apply":
                return self._apply_in_turn(type, Operation(**wire))
            case "lock":
                return self._lock(wire["owner"])
            case "unlock":
                self._unlock(type, wire["owner"])
                return DONE
        raise ValueError(f"an entity of this app has no request {name!r}")

    def _apply_in_turn(self, type: EntityType, operation: Operation) -> str:
        if operation.id in self.seen:
            return self.seen[operation.id]
        if any(queued.id == operation.id for queued in self.queue):
            return waiting(self.holder)
        if self.holder not in ("", operation.lock):
            self.queue.append(operation)
            return waiting(self.holder)
        return self._apply(type, operation)

    def _apply(self, type: EntityType, operation: Operation) -> str:
        try:
            applied = type.apply(self.state, operation.operation, operation.args)
        except BaseException as error:
            outcome = _failed(type, operation, error)
        else:
            if operation.operation:
                self.state = applied.state
            outcome = returned(applied.result)
        self.seen[operation.id] = outcome if operation.waited else DONE
        while len(self.seen) > SEEN:
            del self.seen[next(iter(self.seen))]
        return outcome

    def _lock(self, owner: str) -> str:
        if self.holder not in ("", owner):
            return waiting(self.holder)
        self.holder = owner
        return DONE

    def _unlock(self, type: EntityType, owner: str) -> None:
        if self.holder == owner:
            self.holder = ""
            queued, self.queue = self.queue, []
            for operation in queued:
                self._apply(type, operation)


def _failed(type: EntityType, operation: Operation, error: BaseException) -> str:
    called = f"{type.name}.{operation.operation}"
    if not isinstance(error, Exception):
        error = ActivityCrashed(called)
    if not operation.waited:
        LOG.warning("signal %s of %r failed: %s", called, operation.key, error, exc_info=error)
    return raised(capture(out_of_coroutine(error)))
