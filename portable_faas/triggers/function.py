"""``Function``: a function with a trigger; called directly it is the plain function it was written as."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Generic, ParamSpec, TypeVar, final

from portable_faas.resources import Bucket, Grant, Queue, Topic
from portable_faas.resources.acting import acting
from portable_faas.resources.reading import read_grants
from portable_faas.triggers.trigger import Trigger

P = ParamSpec("P")
R = TypeVar("R")
Output = Queue[Any] | Topic[Any] | Bucket
Elsewhere = Callable[[Callable[[], Any]], Awaitable[Any]]


@final
class Function(Generic[P, R]):
    """A function and what starts it; ``fn`` is the original.

    ``output`` gets what it returns: a queue or topic the value, a bucket the ``(key, bytes)``.
    """

    def __init__(
        self, fn: Callable[P, R], trigger: Trigger, uses: frozenset[Grant], output: Output | None = None
    ) -> None:
        self.fn = fn
        self.trigger = trigger
        self.uses = uses
        self.output = output
        self.name = fn.__name__
        self.__name__ = fn.__name__
        self.__qualname__ = fn.__qualname__
        self.__module__ = fn.__module__
        self.__doc__ = fn.__doc__
        self.__wrapped__ = fn
        self._is_async = is_async(fn)
        self._grants: frozenset[Grant] | None = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run the function itself, as a test or another function would."""
        return self.fn(*args, **kwargs)

    @property
    def grants(self) -> frozenset[Grant]:
        """What it may touch: what its code shows, what it declares, and its output."""
        if self._grants is None:
            self._grants = self.uses | read_grants(self.fn) | output_grants(self.output)
        return self._grants

    @property
    def is_async(self) -> bool:
        """Whether it is an ``async def``."""
        return self._is_async

    async def run(self, args: Sequence[Any], kwargs: Mapping[str, Any], elsewhere: Elsewhere | None = None) -> Any:
        """Run it under its own grants, and hand what it returns to its output; ``elsewhere`` runs a plain ``def``."""
        grants = self._grants
        with acting(self.name, self.grants if grants is None else grants):
            fn: Any = self.fn
            if self._is_async:
                result = await fn(*args, **kwargs)
            else:
                result = fn(*args, **kwargs) if elsewhere is None else await elsewhere(lambda: fn(*args, **kwargs))
            if self.output is not None:
                await hand_over(self.output, result)
            return result

    def __repr__(self) -> str:
        return f"<function {self.__module__}.{self.__qualname__} on {self.trigger}>"


def is_async(fn: Callable[..., Any]) -> bool:
    """Whether calling ``fn`` gives a coroutine."""
    return bool(fn.__code__.co_flags & 0x80)  # inspect.CO_COROUTINE, without the import


def output_grants(output: Output | None) -> frozenset[Grant]:
    """The grant that handing over to ``output`` needs."""
    if output is None:
        return frozenset()
    method = {"queue": "send", "topic": "publish", "bucket": "put"}[output.kind]
    grant = output.granted(method)
    return frozenset() if grant is None else frozenset({grant})


async def hand_over(output: Output, result: Any) -> None:
    """Send, publish or store what a function returned; None is nothing."""
    if result is None:
        return
    if isinstance(output, Queue):
        await output.send(result)
    elif isinstance(output, Topic):
        await output.publish(result)
    else:
        key, data = result
        await output.put(key, data)
