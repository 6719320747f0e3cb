"""What the trigger decorators give, for type checkers: which functions each of them takes."""

from collections.abc import Callable
from typing import Generic, ParamSpec, Protocol, TypeVar, overload

from portable_faas.triggers.event import BlobEvent, CloudEvent, Message, Tick
from portable_faas.triggers.function import Function

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class HttpDecorator(Protocol):
    """What ``app.get(...)`` and the like give."""

    def __call__(self, fn: Callable[P, R], /) -> Function[P, R]:
        """Declare ``fn``."""
        ...


class ScheduleDecorator(Protocol):
    """What ``app.schedule(...)`` gives."""

    @overload
    def __call__(self, fn: Callable[[], R], /) -> Function[[], R]: ...
    @overload
    def __call__(self, fn: Callable[[Tick], R], /) -> Function[[Tick], R]: ...


class MessageDecorator(Protocol, Generic[T]):
    """What ``app.on_message(queue)`` gives."""

    @overload
    def __call__(self, fn: Callable[[T], R], /) -> Function[[T], R]: ...
    @overload
    def __call__(self, fn: Callable[[Message[T]], R], /) -> Function[[Message[T]], R]: ...


class BatchDecorator(Protocol, Generic[T]):
    """What ``app.on_message(queue, batch=...)`` gives."""

    def __call__(self, fn: Callable[[list[Message[T]]], R], /) -> Function[[list[Message[T]]], R]:
        """Declare ``fn``."""
        ...


class BlobDecorator(Protocol):
    """What ``app.on_blob(...)`` gives."""

    def __call__(self, fn: Callable[[BlobEvent], R], /) -> Function[[BlobEvent], R]:
        """Declare ``fn``."""
        ...


class EventDecorator(Protocol, Generic[T]):
    """What ``app.on_event(...)`` gives."""

    @overload
    def __call__(self, fn: Callable[[T], R], /) -> Function[[T], R]: ...
    @overload
    def __call__(self, fn: Callable[[CloudEvent[T]], R], /) -> Function[[CloudEvent[T]], R]: ...
