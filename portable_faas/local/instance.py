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
    """One unfinished instance, in its present run.

    ``key``, ``run``, ``input``, ``version``, ``inbox`` and ``began`` are the run's; ``parent`` is the key and the step
    of the orchestration that waits for it. ``waits`` says that the run is durable but its code has not begun.
    ``blocked`` is the reason why it cannot be replayed by the code that is loaded now; then it has no execution.
    ``children`` are the ids of the sub-orchestrations it waits for, by step. ``events`` is kept only where every turn
    replays.
    """

    __slots__ = (
        "began", "blocked", "children", "created", "custom_status", "ended", "events", "execution", "id", "inbox",
        "input", "key", "number", "orchestrator", "parent", "run", "steps", "suspended", "version", "waiters", "waits",
    )  # fmt: skip

    def __init__(
        self,
        key: int,
        instance_id: str,
        run: str,
        orchestrator: Orchestrator[Any, Any] | None,
        input: str | None,
        created: int,
        version: str,
    ) -> None:
        self.key = key
        self.id = instance_id
        self.run = run
        self.orchestrator = orchestrator
        self.input = input
        self.created = self.began = created
        self.version = version
        self.parent: tuple[int, int] | None = None
        self.inbox: str | None = None
        self.custom_status: str | None = None
        self.number = 0
        self.ended = self.suspended = self.waits = False
        self.blocked: Exception | None = None
        self.execution: Execution | None = None
        self.steps: dict[int, Step | Timer] = {}
        self.children: dict[int, str] = {}
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
        return Identity(self.id, self.run, f"portable_faas.{app}.{name}", self.version)

    def listening(self, step: int) -> bool:
        """Whether the end of ``step`` would still let something go on."""
        return not self.ended and self.execution is not None and self.execution.waits_for(step)

    def row(self) -> tuple[Any, ...]:
        """The run as the store takes it."""
        assert self.orchestrator is not None
        parent, step = self.parent or (None, None)
        run = (self.key, self.run, self.version, parent, step, self.inbox, self.began)
        return (*run, self.id, self.orchestrator.name, self.input, self.custom_status, self.created, self.began)
