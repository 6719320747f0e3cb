"""Which app runs and which of its functions acts now; a resource asks here before it does anything.

A context variable carries it into the threads and tasks of a function. Where no function acts, as in a test inside
``running(app)``, everything is allowed.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, Protocol, final

from portable_faas.resources.grant import Grant

if TYPE_CHECKING:
    from portable_faas.resources.bucket import ObjectInfo
    from portable_faas.resources.queue import DeadLetter, Outgoing


class Services(Protocol):
    """What a running app offers to its functions; every engine has its own."""

    async def send(self, queue: str, messages: "Sequence[Outgoing]") -> None:
        """Put messages into a queue, durably."""
        ...

    async def dead_letters(self, queue: str, limit: int) -> "Sequence[DeadLetter]":
        """The oldest dead letters of a queue, which stay where they are."""
        ...

    async def redrive(self, queue: str) -> int:
        """Put every dead letter back into its queue with fresh attempts; how many there were."""
        ...

    async def publish(self, topic: str, event: Mapping[str, Any]) -> None:
        """Publish a CloudEvent in its JSON form, durably."""
        ...

    async def put(self, bucket: str, key: str, data: AsyncIterator[bytes], content_type: str) -> "ObjectInfo":
        """Store an object, whole or not at all."""
        ...

    def stream(self, bucket: str, key: str) -> AsyncIterator[bytes]:
        """The bytes of an object; ``FileNotFoundError`` if there is none."""
        ...

    async def describe(self, bucket: str, key: str) -> "ObjectInfo | None":
        """The object as it is stored, or None."""
        ...

    async def objects(self, bucket: str, prefix: str, after: str, limit: int) -> "Sequence[ObjectInfo]":
        """The next objects in the order of their keys, behind ``after``."""
        ...

    async def delete(self, bucket: str, key: str) -> bool:
        """Remove an object; whether there was one."""
        ...

    async def signed_url(self, bucket: str, key: str, method: str, expires: float) -> str:
        """A URL that lets whoever has it do this for ``expires`` seconds."""
        ...

    async def secret(self, name: str) -> str:
        """The value of a secret; ``LookupError`` if it is not set."""
        ...


Actor = tuple[str, frozenset[Grant]]  # the function that acts, and what it may do
Start = Callable[[Any], Awaitable[Any]]  # starts an orchestration for it
Scope = tuple[Services | None, Start | None, Actor | None]  # one value, since every call of a function sets it
_SCOPE: Final[ContextVar[Scope]] = ContextVar("portable_faas_scope", default=(None, None, None))


def services(grant: Grant | None) -> Services:
    """The services of the running app; ``PermissionError`` if the acting function lacks ``grant``."""
    running, _, actor = _SCOPE.get()
    if running is None:
        raise RuntimeError(
            f"{grant or 'a resource'} is for functions of a running app; in a test, use it inside `running(app)`"
        )
    if actor is not None and grant is not None and grant not in actor[1]:
        raise PermissionError(
            f"function {actor[0]} has no grant for {grant}: its code does not show the call; "
            f"call it by the resource's name, or declare it with uses=(....{grant.operation},)"
        )
    return running


def starter() -> Start | None:
    """How a function of the running app starts an orchestration; None where no app runs."""
    return _SCOPE.get()[1]


@final
class running_on:
    """Let resources find ``services`` in a ``with`` block, and orchestrators ``start``; there everything is allowed."""

    __slots__ = ("_before", "_scope")

    def __init__(self, services: Services | None, start: Start | None = None) -> None:
        self._scope: Scope = (services, start, None)

    def __enter__(self) -> None:
        self._before = _SCOPE.get()
        _SCOPE.set(self._scope)

    def __exit__(self, *_error: object) -> None:
        # Set, not reset: a test's fixture may end in another context than it began in.
        _SCOPE.set(self._before)


@final
class acting:
    """Run a function under its own name with its own grants in a ``with`` block."""

    __slots__ = ("_actor", "_before")

    def __init__(self, name: str, grants: frozenset[Grant]) -> None:
        self._actor = (name, grants)

    def __enter__(self) -> None:
        before = self._before = _SCOPE.get()
        _SCOPE.set((before[0], before[1], self._actor))

    def __exit__(self, *_error: object) -> None:
        _SCOPE.set(self._before)
