"""Durable entities as an orchestrator sees them: operations on one key, and locks over several.

counter = ctx.entity(Counter, "k")
await counter.call(Counter.add, 5)          waits for the operation and gives its result
await counter.signal(Counter.add, 5)        only hands it over
async with ctx.lock(counter, other): ...
"""

from collections.abc import Callable
from types import TracebackType
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, final

from portable_faas.context.calls import Call
from portable_faas.context.entity_type import READ, EntityType
from portable_faas.values import dumps_arguments

E = TypeVar("E")
P = ParamSpec("P")
R = TypeVar("R")

KEY_BYTES = 256


@final
class EntityCall(Call[R]):
    """Carry out one operation on one entity and wait for its result; ``operation`` is ``READ`` for its state."""

    __slots__ = ("args", "key", "operation", "type")

    def __init__(self, type: EntityType, key: str, operation: str, args: str) -> None:
        super().__init__()
        self.type = type
        self.key = key
        self.operation = operation
        self.args = args

    def decode(self, wire: object) -> Any:
        """The result as the program gets it."""
        return self.type.decode_result(self.operation, wire)

    def __str__(self) -> str:
        return f"operation {self.type.name}.{self.operation or 'read'}"


@final
class EntitySignal(Call[None]):
    """Hand an operation over to an entity; nobody waits for it."""

    __slots__ = ("args", "key", "operation", "type")

    def __init__(self, type: EntityType, key: str, operation: str, args: str) -> None:
        super().__init__()
        self.type = type
        self.key = key
        self.operation = operation
        self.args = args

    def __str__(self) -> str:
        return f"signal {self.type.name}.{self.operation}"


@final
class EntityRef(Generic[E]):
    """One entity, seen from an orchestrator; it may be kept in a local name and used any number of times."""

    __slots__ = ("key", "type")

    def __init__(self, type: EntityType, key: str) -> None:
        self.type = type
        self.key = check_key(key)

    def call(self, operation: Callable[Concatenate[E, P], R], /, *args: P.args, **kwargs: P.kwargs) -> Call[R]:
        """Carry out ``operation`` and give its result; its error is raised here and leaves the state unchanged."""
        return EntityCall(self.type, self.key, *self._encoded(operation, args, kwargs))

    def signal(self, operation: Callable[Concatenate[E, P], Any], /, *args: P.args, **kwargs: P.kwargs) -> Call[None]:
        """Hand ``operation`` over without waiting for it; it is applied once, after this entity's earlier signals."""
        return EntitySignal(self.type, self.key, *self._encoded(operation, args, kwargs))

    def read(self) -> Call[E]:
        """The entity's state as an object of its class, with the defaults for a fresh key."""
        return EntityCall(self.type, self.key, READ, "{}")

    def _encoded(self, operation: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[str, str]:
        name = self.type.operation_name(operation)
        return name, dumps_arguments(self.type.signature(name).encode_args(args, kwargs))

    def __repr__(self) -> str:
        return f"<entity {self.type.name} {self.key!r}>"


@final
class AcquireLock(Call[None]):
    """Wait until all of ``entities`` (name and key) are free and take them together."""

    __slots__ = ("entities",)
    outside_locks = True

    def __init__(self, entities: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self.entities = entities

    def __str__(self) -> str:
        return "lock"


@final
class ReleaseLock(Call[None]):
    """Free what the fiber has locked."""

    __slots__ = ()

    def __str__(self) -> str:
        return "release of a lock"


@final
class Lock:
    """``async with ctx.lock(c, d):`` - all or none, released on every way out."""

    __slots__ = ("entities",)

    def __init__(self, entities: tuple[EntityRef[Any], ...]) -> None:
        if not entities:
            raise ValueError("ctx.lock takes one entity or more")
        for entity in entities:
            if not isinstance(entity, EntityRef):
                raise TypeError(f"ctx.lock takes entities, such as ctx.entity(Counter, 'k'), not {entity!r}")
        # In one order everywhere, so that two locks never hold each other up half-way.
        self.entities = tuple(sorted({(entity.type.name, entity.key) for entity in entities}))

    def acquire(self) -> Call[None]:
        """The call that waits for the lock."""
        return AcquireLock(self.entities)

    def release(self) -> Call[None]:
        """The call that frees it."""
        return ReleaseLock()

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.release()

    def __await__(self) -> Any:
        raise TypeError("a lock is not awaited: write `async with ctx.lock(...):`")


def check_key(key: object) -> str:
    """``key`` if it may be an entity's: any text of at most 256 bytes of UTF-8."""
    if not isinstance(key, str):
        raise TypeError(f"the key of an entity is text, not {key!r}")
    size = len(key.encode())
    if size > KEY_BYTES:
        raise ValueError(f"the key of an entity is at most {KEY_BYTES} bytes of text, not {size}")
    return key
