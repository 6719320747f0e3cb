"""A live instance in memory: its execution, its open steps and who waits for its end."""

import asyncio
from typing import Any, final

from portable_faas.app import Orchestrator
from portable_faas.history import Event
from portable_faas.local.attempts import Attempt
from portable_faas.local.clock import Timer
from portable_faas.replay import Execution, Identity, StartActivity


@final
class Step:
    """A scheduled activity that has not ended: its command, the try it is at, and what of it is under way."""

    __slots__ = ("attempt", "command", "running", "timer")

    def __init__(self, command: StartActivity, attempt: int = 1) -> None:
        self.command = command
        self.attempt = attempt
        self.running: Attempt | None = None
        self.timer: Timer | None = None

    def stop(self) -> None:
        """Give up the running attempt and the coming one."""
        if self.running is not None:
            self.running.give_up()
        if self.timer is not None:
            self.timer.cancel()


@final
class Instance:
    """One unfinished instance.

    ``blocked`` is the reason why it cannot be replayed by the code that is loaded now; then it has no execution.
    ``events`` is kept only where every turn replays.
    """

    __slots__ = (
        "blocked", "created", "ended", "events", "execution", "id", "input", "key", "number", "orchestrator", "run",
        "steps", "waiters",
    )  # fmt: skip

    def __init__(
        self, key: int, instance_id: str, run: str, orchestrator: Orchestrator[Any, Any] | None, created: int
    ) -> None:
        self.key = key
        self.id = instance_id
        self.run = run
        self.orchestrator = orchestrator
        self.created = created
        self.input: str | None = None
        self.number = 0
        self.ended = False
        self.blocked: Exception | None = None
        self.execution: Execution | None = None
        self.steps: dict[int, Step | Timer] = {}
        self.events: list[Event] | None = None
        self.waiters: list[asyncio.Future[None]] | None = None

    def stop(self) -> None:
        """Free the execution and give up every open step."""
        if self.execution is not None:
            self.execution.close()
            self.execution = None
        for step in self.steps.values():
            step.stop() if isinstance(step, Step) else step.cancel()
        self.steps.clear()

    def identity(self, app: str) -> Identity:
        """Who its execution is, in every replay."""
        name = self.orchestrator.name if self.orchestrator else "?"
        return Identity(self.id, self.run, f"portable_faas.{app}.{name}")
