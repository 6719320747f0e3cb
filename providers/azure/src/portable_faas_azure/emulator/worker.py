"""What the host needs of who calls the app's functions: by name, text in and text out.

``functions`` calls them by the public surface of ``azure.functions``; ``library`` lets Microsoft's worker library do
it.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, Protocol, final

ORCHESTRATION: Final = "orchestrationTrigger"
ACTIVITY: Final = "activityTrigger"
ENTITY: Final = "entityTrigger"
CLIENT: Final = "durableClient"
HTTP: Final = "httpTrigger"
TIMER: Final = "timerTrigger"
QUEUE: Final = "queueTrigger"
MARKER: Final = "\n\n$OutOfProcData$:"  # the SDK raises a failed state as an exception whose text ends with it


@final
class Call(NamedTuple):
    """A request as the host hands it to an HTTP trigger; every header once."""

    method: str
    url: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@final
class Reply(NamedTuple):
    """What an HTTP trigger has answered."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@final
class Trigger(NamedTuple):
    """A function and the binding that starts it, as ``function.json`` would say it."""

    name: str
    binding: Mapping[str, Any]


@final
class Raised(Exception):
    """A function has raised; the text is what the worker tells the host of it."""


def state_in(error: Exception) -> str | None:
    """The state of a failed orchestrator as JSON, if it is one that the SDK has raised."""
    _, marker, state = str(error).partition(MARKER)
    return state if marker else None


class Worker(Protocol):
    """Who runs the functions of one app."""

    @property
    def major(self) -> int:
        """The line of the Durable SDK."""
        ...

    def has(self, kind: str, name: str) -> bool:
        """Whether a function of this name has this kind of trigger."""
        ...

    async def turn(self, name: str, context: dict[str, Any]) -> dict[str, Any]:
        """Run an orchestrator function of 1.x on the host's context; gives the state that it returns or raises."""
        ...

    async def orchestrate_new(self, name: str, request: str) -> str:
        """Run an orchestrator function of 2.x on the protobuf request; gives the response."""
        ...

    def entity_named(self, name: str) -> str | None:
        """The entity function of this name, whose case does not count."""
        ...

    def triggers(self, kind: str) -> list[Trigger]:
        """The functions with this kind of trigger."""
        ...

    async def request(self, name: str, call: Call) -> Reply:
        """Run an HTTP function."""
        ...

    async def message(self, name: str, body: str, metadata: Mapping[str, Any]) -> None:
        """Run a function with a queue trigger; raises what it raises."""
        ...

    async def tick(self, name: str, text: str) -> None:
        """Run a function with a timer trigger on the JSON that the host sends it."""
        ...

    def bind(self, client: str) -> None:
        """What durable client bindings hand to functions from now on."""
        ...

    async def entity(self, name: str, context: dict[str, Any]) -> dict[str, Any]:
        """Run an entity function on a batch; gives its answer."""
        ...

    def activity(self, name: str, text: str) -> Callable[[], Any]:
        """The activity function with its input, to be called; it gives a coroutine if ``is_coroutine`` says so."""
        ...

    def encoded(self, result: object) -> str:
        """The result of an activity function as the JSON that the host records."""
        ...

    def is_coroutine(self, name: str) -> bool:
        """Whether the activity is awaited on the event loop instead of being called in a thread."""
        ...
