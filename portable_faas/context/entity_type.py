"""What ``@app.entity`` makes of a class: its name, its operations, and how one operation changes a state.

@app.entity
class Counter:                      EntityType("Counter").apply(None, "add", '{"n": 5}')
    value: int = 0                  -> Applied(state='{"value": 5}', result="5")
    def add(self, n: int) -> int: ...
"""

import sys
from collections.abc import Callable
from types import FunctionType
from typing import Any, Final, NamedTuple, TypeVar, final

from portable_faas.values import Signature, decode, dumps, encode, loads, portable

E = TypeVar("E")
READ: Final = ""  # the operation that gives the state
ATTRIBUTE: Final = "__portable_entity__"  # where a declared class keeps its EntityType


@final
class Applied(NamedTuple):
    """A state after an operation and the operation's result, both as JSON."""

    state: str
    result: str


@final
class EntityType:
    """A declared entity class. ``operations`` are its public methods."""

    __slots__ = ("_signatures", "cls", "name", "operations")

    def __init__(self, cls: type, name: str) -> None:
        self.cls = cls
        self.name = name
        self.operations = _operations(cls)
        self._signatures: dict[str, Signature] = {}

    def signature(self, operation: str) -> Signature:
        """How the arguments and the result of an operation cross; ``ValueError`` if there is no such operation."""
        if operation not in self._signatures:
            self._signatures[operation] = Signature.of(self._method(operation), skip=1)
        return self._signatures[operation]

    def _method(self, operation: str) -> Callable[..., Any]:
        if operation not in self.operations:
            known = ", ".join(self.operations) or "none"
            raise ValueError(f"entity {self.name} has no operation {operation!r}; it has {known}")
        return self.operations[operation]

    def operation_name(self, operation: object) -> str:
        """The name of a method of the class, given as ``Counter.add``; ``TypeError`` for anything else."""
        for name, method in self.operations.items():
            if method is operation:
                return name
        known = ", ".join(f"{self.name}.{name}" for name in self.operations) or "none"
        asked = getattr(operation, "__qualname__", repr(operation))
        raise TypeError(f"entity {self.name} has no operation {asked}; it has {known}")

    def decode_result(self, operation: str, wire: object) -> Any:
        """The result of ``operation``, or for ``READ`` the state as an object of the class."""
        return decode(self.cls, wire, "state") if operation == READ else self.signature(operation).decode_result(wire)

    def apply(self, state: str | None, operation: str, args: str) -> Applied:
        """Carry out ``operation`` on ``state`` (None for a fresh key); what it raises leaves the state as it was.

        Raises whatever the operation raises, and ``NotPortable`` for a state or result that may not cross.
        """
        entity = self.cls() if state is None else decode(self.cls, loads(state), "state")
        if operation == READ:
            text = self._dumped(entity)
            return Applied(text, text)
        signature = self.signature(operation)
        result = signature.call(self._method(operation), (entity,), loads(args))
        return Applied(self._dumped(entity), dumps(signature.encode_result(result), "result"))

    def _dumped(self, entity: object) -> str:
        return dumps(encode(self.cls, entity, "state"), "state")

    def __repr__(self) -> str:
        return f"<entity type {self.name}>"


def declare(cls: Any) -> EntityType:
    """Make ``cls`` an entity type: a dataclass of its annotated attributes, which all have defaults.

    ``TypeError`` names what a class may not have: an ``__init__`` of its own, an attribute without a default, one
    whose type cannot cross, an ``async def`` operation.
    """
    if not isinstance(cls, type):
        raise TypeError(f"an entity is a class, not {cls!r}")
    from dataclasses import is_dataclass

    if not is_dataclass(cls):
        _as_dataclass(cls)
    made = EntityType(cls, cls.__name__)
    _check(made)
    setattr(cls, ATTRIBUTE, made)
    return made


def type_of(cls: object) -> EntityType:
    """The entity type of a declared class; ``TypeError`` for any other value."""
    found = vars(cls).get(ATTRIBUTE) if isinstance(cls, type) else None
    if not isinstance(found, EntityType):
        raise TypeError(f"{cls!r} is not an entity; declare the class with @app.entity")
    return found


def _as_dataclass(cls: Any) -> None:
    from dataclasses import dataclass, field

    if "__init__" in vars(cls):
        raise TypeError(f"entity {cls.__name__} has an __init__; its state is its annotated attributes with defaults")
    for name in vars(cls).get("__annotations__", {}):
        given = vars(cls).get(name)
        if isinstance(given, (list, dict)):  # a plain class may say `items: list[str] = []`; each key gets its own
            setattr(cls, name, field(default_factory=given.copy))
    dataclass(cls)


def _check(made: EntityType) -> None:
    from dataclasses import MISSING, fields

    cls = made.cls
    for each in fields(cls):
        if each.default is MISSING and each.default_factory is MISSING:
            raise TypeError(f"entity {made.name}: attribute {each.name} needs a default, which a fresh key begins with")
    for name, method in made.operations.items():
        if method.__code__.co_flags & 0x80:  # inspect.CO_COROUTINE, without the import
            raise TypeError(
                f"entity {made.name}: operation {name} is an `async def`; an operation only changes the state and "
                "may run again, so write a plain `def` and do I/O in an activity"
            )
    if (reason := _unportable(cls)) is not None:
        raise TypeError(f"entity {made.name}: its state cannot cross: {reason}")


def _unportable(cls: type) -> str | None:
    """Why the state cannot cross; a class inside a function may still name types that are not known yet."""
    try:
        return portable(cls)
    except NameError:
        return None


def _operations(cls: type) -> dict[str, FunctionType]:
    found: dict[str, FunctionType] = {}
    for base in reversed(cls.__mro__):
        for name, value in vars(base).items():
            if isinstance(value, FunctionType) and not name.startswith("_"):
                found[sys.intern(name)] = value
    return found
