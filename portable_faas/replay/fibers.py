"""The moving parts of a stepped orchestrator: whoever waits for something, and the fibers that run a coroutine.

    await ctx.gather(a(), helper(ctx))      root fiber ── join ─┬─ branch 0: activity step 1
                                                                └─ branch 1: fiber of helper

Everything that waits is a ``Waiter``: it is resumed with a value or an error, and knows what it waits for
(``child``), so that abandoning it abandons all below it. Nothing resumes anything directly: every resumption goes
through the execution's queue, so the order is one queue's order and the stack stays flat. External events travel
with the value they are in (``held``) until code gets it; abandoned on the way, they go back to the inbox.
"""

from abc import ABC, abstractmethod
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any, Protocol, final

from portable_faas.context.calls import ORCHESTRATING
from portable_faas.replay.inbox import Raised
from portable_faas.replay.unbegun import close_unbegun


class Scheduler(Protocol):
    """What fibers and joins need of the execution they belong to."""

    def begin(self, operation: object, waiter: "Waiter") -> None:
        """Start ``operation``; ``waiter`` is resumed when it ends."""
        ...

    def resume_soon(
        self, waiter: "Waiter", value: object, error: BaseException | None, held: tuple[Raised, ...] = ()
    ) -> None:
        """Resume ``waiter`` in this turn, after everything already queued; ``held`` are the events in ``value``."""
        ...

    def abandon_step(self, step: int) -> None:
        """Nobody waits for ``step`` any more."""
        ...

    def abandon_branch(self, fiber_id: str) -> None:
        """The end of another branch ended what this branch belonged to."""
        ...

    def put_back(self, events: tuple[Raised, ...]) -> None:
        """The program never received these events: others may."""
        ...

    def bury(self, fiber: "Fiber") -> None:
        """Keep an abandoned fiber where its ``finally`` blocks cannot run."""
        ...


class Below(Protocol):
    """What a waiter may be waiting for, besides a step of the engine."""

    def abandon(self) -> None:
        """Stop for good."""
        ...


class Waiter(ABC):
    """Somebody who waits for one operation at a time.

    ``held`` are external events inside a value that is on its way here; ``lock`` is the lock its code runs under.
    """

    __slots__ = ("abandoned", "child", "held", "id", "lock", "scheduler")

    def __init__(self, scheduler: Scheduler, fiber_id: str, lock: int = 0) -> None:
        self.scheduler = scheduler
        self.id = fiber_id
        self.lock = lock
        self.child: Below | int | None = None
        self.held: tuple[Raised, ...] = ()
        self.abandoned = False

    def resume(self, value: object, error: BaseException | None) -> None:
        """What was awaited has ended."""
        self.child = None
        held, self.held = self.held, ()
        if not self.abandoned:
            self._go_on(value, error, held)
        elif held:
            self.scheduler.put_back(held)

    @abstractmethod
    def _go_on(self, value: object, error: BaseException | None, held: tuple[Raised, ...]) -> None:
        """Take the outcome; never called once the waiter is abandoned."""

    def abandon(self) -> None:
        """Stop here and for good; nothing of this runs afterwards."""
        self.abandoned = True
        child, self.child = self.child, None
        if isinstance(child, int):
            self.scheduler.abandon_step(child)
        elif child is not None:
            child.abandon()


@final
class Fiber(Waiter):
    """Runs one coroutine: the orchestrator's own, or a helper's that was gathered."""

    __slots__ = ("coroutine", "groups", "parent", "uuids")

    def __init__(
        self, scheduler: Scheduler, fiber_id: str, coroutine: Coroutine[Any, Any, Any], parent: Waiter
    ) -> None:
        super().__init__(scheduler, fiber_id, parent.lock)
        self.coroutine = coroutine
        self.parent = parent
        self.groups = 0
        self.uuids = 0

    def _go_on(self, value: object, error: BaseException | None, held: tuple[Raised, ...]) -> None:
        token = ORCHESTRATING.set(True)
        try:
            awaited = self.coroutine.send(value) if error is None else self.coroutine.throw(error)
        except StopIteration as stop:
            self.scheduler.resume_soon(self.parent, stop.value, None)
        except (KeyboardInterrupt, GeneratorExit):
            raise
        except BaseException as raised:
            self.scheduler.resume_soon(self.parent, None, raised)
        else:
            self.scheduler.begin(awaited, self)
        finally:
            ORCHESTRATING.reset(token)

    def abandon(self) -> None:
        """Stop the fiber and what it waits for."""
        super().abandon()
        self.scheduler.bury(self)

    def close(self) -> None:
        """Free the coroutine; its ``finally`` blocks may compute, but no durable call in them runs."""
        close_unbegun(self.coroutine)
        with suppress(Exception):  # nobody is left to hear what a `finally` block raises now
            self.coroutine.close()
