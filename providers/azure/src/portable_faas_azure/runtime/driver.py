"""What the fiber scheduler needs of a Durable SDK; one small driver per SDK line fulfils it.

Nothing outside a driver knows which SDK runs. A task is opaque to the scheduler; each kind of durable operation is a
method that gives one.
"""

from collections.abc import Callable, Generator, Hashable
from typing import NamedTuple, Protocol, final

Task = Hashable


@final
class Ended(NamedTuple):
    """A task that has ended: with the text that it was completed with, or because the platform gave it up."""

    task: Task
    result: str | None
    fault: str | None = None


class Driver(Protocol):
    """One turn of one instance."""

    @property
    def instance_id(self) -> str:
        """The id of the instance."""
        ...

    @property
    def key(self) -> str:
        """A UUID in text, new for each start of the id and the same in every replay."""
        ...

    @property
    def input(self) -> str | None:
        """The text that the instance was started with."""
        ...

    @property
    def replaying(self) -> bool:
        """Whether the code that is about to run has run before."""
        ...

    def now(self) -> int:
        """The replayed clock in milliseconds since 1970 UTC, rounded down."""
        ...

    def activity(self, name: str, payload: str) -> Task:
        """Run an activity function on ``payload``."""
        ...

    def timer(self, due: int) -> Task:
        """Wake up at ``due`` (milliseconds since 1970 UTC) or later."""
        ...

    def child(self, name: str, instance_id: str, text: str | None) -> Task:
        """Run orchestrator function ``name`` as a sub-orchestration with input ``text``."""
        ...

    def call(self, entity: str, key: str, operation: str, payload: str) -> Task:
        """Send an operation to an entity function and wait for its result."""
        ...

    def signal(self, entity: str, key: str, operation: str, payload: str) -> None:
        """Send an operation to an entity function, behind what was sent to it before."""
        ...

    def errand(self, name: str, payload: str) -> None:
        """Run an activity function whose end nobody hears of, even when the instance ends now."""
        ...

    def listen(self) -> None:
        """From now on the arrival of an event ends a wait."""
        ...

    def heard(self) -> list[str | None]:
        """The payloads of the events that came since the last call, in their order."""
        ...

    def unheard(self) -> list[str | None]:
        """The payloads of events behind those, which this turn will not come to."""
        ...

    def continue_as_new(self, text: str | None) -> None:
        """End this run; the next one begins with input ``text``."""
        ...

    def forget(self, task: Task) -> None:
        """Nobody waits for the task any more: cancel it where the platform can, and never report its end."""
        ...

    def publish(self, status: str) -> None:
        """Make ``status`` the custom status."""
        ...

    def wait(self) -> Generator[object, object, Ended | None]:
        """Give control to the SDK until the next task has ended that was not forgotten, or (None) an event has come."""
        ...


Run = Callable[[Driver], Generator[object, object, str | None]]
