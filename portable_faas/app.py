"""``App``: the user's declarations. A decorator records a function and gives back a typed value to call it by."""

import sys
from collections.abc import Callable, Coroutine, Mapping
from types import FunctionType, MappingProxyType
from typing import (
    TYPE_CHECKING,
    Any,
    Final,
    Generic,
    ParamSpec,
    Protocol,
    TypeVar,
    dataclass_transform,
    final,
    overload,
)

from portable_faas.context import Context
from portable_faas.context.calls import ActivityCall, Call
from portable_faas.context.ids import check_id
from portable_faas.context.instances import IfExists, OrchestratorCall, StartCall
from portable_faas.triggers.declaring import Triggers, Uses
from portable_faas.values import Signature, written
from portable_faas.values.retry import Retry, Seconds, activity_timeout, kept_seconds

if TYPE_CHECKING:
    from portable_faas.context.entity_type import EntityType
    from portable_faas.resources import Grant

P = ParamSpec("P")
R = TypeVar("R")
I = TypeVar("I")  # noqa: E741 - the input of an orchestrator

E = TypeVar("E")
VERSION_LENGTH: Final = 64
MEMORY = range(128, 10241)  # MiB; the span AWS Lambda offers, which contains Azure's choices


class _Declared:
    """A recorded function; it keeps the name, place and documentation of the original."""

    def __init__(self, app: "App", fn: Callable[..., Any], skip: int) -> None:
        self.app = app
        self.fn = fn
        self.name = fn.__name__
        self.__name__ = fn.__name__
        self.__qualname__ = fn.__qualname__
        self.__module__ = fn.__module__
        self.__doc__ = fn.__doc__
        self.__wrapped__ = fn
        self._skip = skip
        self._signature: Signature | None = None

    def signature(self) -> Signature:
        """How arguments and result cross a boundary; read from the annotations at the first use."""
        if self._signature is None:
            self._signature = Signature.of(self.fn, skip=self._skip)
        return self._signature

    def __repr__(self) -> str:
        return f"<{type(self).__name__.lower()} {self.__module__}.{self.__qualname__}>"


@final
class Activity(_Declared, Generic[P, R]):
    """A function that does the work; called from an orchestrator it is a durable step.

    ``retry`` and ``timeout`` (whole seconds per attempt) hold for every call that does not bring its own.
    ``fn`` is the function itself. Awaited outside an orchestrator, a call simply runs the function.
    """

    def __init__(
        self,
        app: "App",
        fn: Callable[..., Any],
        retry: Retry | None,
        timeout: int | None,
        memory: int | None,
        uses: "frozenset[Grant]" = frozenset(),
    ) -> None:
        super().__init__(app, fn, skip=0)
        self.retry = retry
        self.timeout = timeout
        self.memory = memory
        self.uses = uses
        self._grants: frozenset[Grant] | None = None

    @property
    def written(self) -> Callable[..., Any]:
        """The function whose parameters and result count: ``fn``, or what its decorators decorate."""
        return written(self.fn)

    @property
    def grants(self) -> "frozenset[Grant]":
        """What it may touch: what its code shows and what it declares."""
        if self._grants is None:
            from portable_faas.resources.reading import read_grants  # loaded when somebody asks

            self._grants = self.uses | read_grants(self.fn)
        return self._grants

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Call[R]:
        """The call, to be awaited or gathered once."""
        return ActivityCall(self.name, self.fn, self.signature, self.retry, self.timeout, args, kwargs)

    def using(self, *, retry: Retry | None = None, timeout: Seconds | None = None) -> "Activity[P, R]":
        """The same activity with another retry policy or time-out for one call site; None leaves one as it is."""
        _check_retry(retry)
        limit = self.timeout if timeout is None else activity_timeout(timeout)
        return Activity(self.app, self.fn, retry or self.retry, limit, self.memory, self.uses)


@final
class Orchestrator(_Declared, Generic[I, R]):
    """An ``async def`` whose progress is durable; start it with ``client.start``. ``fn`` is the function itself.

    Called from another orchestrator it is a sub-orchestration: an instance of its own, which the call waits for.
    ``suspendable`` says that its instances can be suspended.
    """

    def __init__(
        self, app: "App", fn: Callable[..., Any], suspendable: bool = False, instance_id: str | None = None
    ) -> None:
        super().__init__(app, fn, skip=1)
        self.suspendable = suspendable
        self.instance_id = instance_id

    def __call__(self, *input: I) -> Call[R]:
        """The sub-orchestration, to be awaited, gathered or raced once; it fails as the child does."""
        return OrchestratorCall(self.name, self.signature, input, self.instance_id)

    def using(self, *, instance_id: str | None = None) -> "Orchestrator[I, R]":
        """The same orchestrator with a chosen id for the child of one call site."""
        chosen = None if instance_id is None else check_id(instance_id)
        return Orchestrator(self.app, self.fn, self.suspendable, chosen)

    def start(self, *input: I, instance_id: str | None = None, if_exists: IfExists = "raise") -> Call[Any]:
        """Start an instance that nobody waits for.

        Inside an orchestrator it is durable, with an id that is the same in every replay, and gives ``Started``;
        inside a function of a running app it gives the handle. ``InstanceExists`` if the id is live.
        """
        return StartCall(self.name, self.signature, input, instance_id, if_exists)

    def granted(self, method: str) -> "Grant | None":
        """What calling ``method`` needs; None if it needs nothing."""
        from portable_faas.resources.grant import Grant

        return Grant("orchestrator", self.name, "start") if method == "start" else None


class OrchestratorDecorator(Protocol):
    """What ``app.orchestrator(...)`` gives when it is called with options."""

    @overload
    def __call__(self, fn: Callable[[Context, I], Coroutine[Any, Any, R]], /) -> Orchestrator[I, R]: ...
    @overload
    def __call__(self, fn: Callable[[Context], Coroutine[Any, Any, R]], /) -> Orchestrator[None, R]: ...


class ActivityDecorator(Protocol):
    """What ``app.activity(...)`` gives when it is called with options."""

    @overload
    def __call__(self, fn: Callable[P, Coroutine[Any, Any, R]], /) -> Activity[P, R]: ...
    @overload
    def __call__(self, fn: Callable[P, R], /) -> Activity[P, R]: ...


@final
class App(Triggers):
    """One deployable application: a name (letters, digits, ``-`` and ``_``), its functions and resources.

    ``retention``: a finished instance is kept for at least so many seconds (3,600 or more), with its history, and then
    forgotten; left out, it is kept until it is purged.
    """

    def __init__(self, name: str, version: str = "", *, retention: Seconds | None = None) -> None:
        super().__init__()
        if not isinstance(name, str) or not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
            raise ValueError(f"an app name is made of ASCII letters, digits, '-' and '_', not {name!r}")
        if not isinstance(version, str) or len(version) > VERSION_LENGTH:
            raise ValueError(f"the version of an app is text of at most {VERSION_LENGTH} characters, not {version!r}")
        self.name = name
        self.version = version
        self.retention: float | None = kept_seconds(retention)
        self.module: str = sys._getframe(1).f_globals.get("__name__", "__main__")
        self._activities: dict[str, Activity[..., Any]] = {}
        self._orchestrators: dict[str, Orchestrator[Any, Any]] = {}
        self._entities: dict[str, EntityType] = {}

    @property
    def activities(self) -> Mapping[str, Activity[..., Any]]:
        """The activities by name; read only."""
        return MappingProxyType(self._activities)

    @property
    def orchestrators(self) -> Mapping[str, Orchestrator[Any, Any]]:
        """The orchestrators by name; read only."""
        return MappingProxyType(self._orchestrators)

    @property
    def entities(self) -> "Mapping[str, EntityType]":
        """The entity types by the name of their class; read only."""
        return MappingProxyType(self._entities)

    @overload
    def activity(self, fn: Callable[P, Coroutine[Any, Any, R]], /) -> Activity[P, R]: ...
    @overload
    def activity(self, fn: Callable[P, R], /) -> Activity[P, R]: ...
    @overload
    def activity(
        self,
        /,
        *,
        retry: Retry | None = None,
        timeout: Seconds | None = None,
        memory: int | None = None,
        uses: Uses = (),
    ) -> ActivityDecorator: ...
    def activity(
        self,
        fn: Callable[..., Any] | None = None,
        /,
        *,
        retry: Retry | None = None,
        timeout: Seconds | None = None,
        memory: int | None = None,
        uses: Uses = (),
    ) -> Any:
        """Declare an activity, a ``def`` or ``async def`` that may do anything; it runs at least once.

        ``retry``: no policy means one attempt. ``timeout``: 1 to 840 whole seconds per attempt.
        ``memory``: MiB, where the platform lets it be chosen. ``uses``: operations of resources that its code hides.
        """
        _check_retry(retry)
        limit = activity_timeout(timeout)
        if memory is not None and memory not in MEMORY:
            raise ValueError(f"memory is a whole number of MiB from {MEMORY[0]} to {MEMORY[-1]}, not {memory!r}")

        grants = _declared_grants(uses)

        def declare(function: Callable[..., Any]) -> Activity[..., Any]:
            self._check_new(function, "an activity")
            declared: Activity[..., Any] = Activity(self, function, retry, limit, memory, grants)
            self._activities[declared.name] = declared
            self._note_module()
            return declared

        return declare if fn is None else declare(fn)

    @overload
    def orchestrator(self, fn: Callable[[Context, I], Coroutine[Any, Any, R]], /) -> Orchestrator[I, R]: ...
    @overload
    def orchestrator(self, fn: Callable[[Context], Coroutine[Any, Any, R]], /) -> Orchestrator[None, R]: ...
    @overload
    def orchestrator(self, /, *, suspendable: bool = False) -> OrchestratorDecorator: ...
    def orchestrator(
        self, fn: Callable[..., Coroutine[Any, Any, Any]] | None = None, /, *, suspendable: bool = False
    ) -> Any:
        """Declare an orchestrator: ``async def`` with the context and at most one input.

        ``suspendable``: its instances can be suspended and resumed; on AWS each Lambda then reads a row first.
        """

        def declare(function: Callable[..., Any]) -> Orchestrator[Any, Any]:
            self._check_orchestrator(function)
            declared: Orchestrator[Any, Any] = Orchestrator(self, function, suspendable)
            self._orchestrators[declared.name] = declared
            self._note_module()
            return declared

        return declare if fn is None else declare(fn)

    def _check_orchestrator(self, fn: Callable[..., Any]) -> None:
        self._check_new(fn, "an orchestrator")
        code = fn.__code__
        if not code.co_flags & 0x80:  # inspect.CO_COROUTINE, without the import
            raise TypeError(f"orchestrator {fn.__name__} is an `async def` function; write `async def {fn.__name__}`")
        if not 1 <= code.co_argcount <= 2 or code.co_kwonlyargcount or code.co_flags & 0x0C:
            raise TypeError(
                f"orchestrator {fn.__name__} takes the context and at most one input; put several inputs in a dataclass"
            )

    @dataclass_transform()
    def entity(self, cls: type[E], /) -> type[E]:
        """Declare a durable entity: a plain class whose annotated attributes are its state, methods its operations.

        The class stays usable by itself, with a constructor that takes the attributes. Raises ``TypeError`` for an
        attribute without a default, an ``__init__`` of its own, an ``async def`` operation, a type that cannot cross.
        """
        from portable_faas.context.entity_type import declare

        self._check_name(getattr(cls, "__name__", ""))
        declared = declare(cls)
        self._entities[declared.name] = declared
        self._note_module()
        return cls

    def _check_new(self, fn: object, what: str) -> None:
        if not isinstance(fn, FunctionType):
            raise TypeError(f"{what} is a plain function (def or async def), not {fn!r}")
        self._check_name(fn.__name__)

    def _check_name(self, name: str) -> None:
        super()._check_name(name)
        if name in self._activities or name in self._orchestrators or name in self._entities:
            raise ValueError(f"app {self.name!r} already has a function named {name!r}; rename one of them")

    def __repr__(self) -> str:
        return f"<App {self.name!r}>"


def _declared_grants(uses: Uses) -> "frozenset[Grant]":
    if uses == ():
        return frozenset()
    from portable_faas.resources.grant import declared_grants

    return declared_grants(uses)


def _check_retry(retry: object) -> None:
    if retry is not None and not isinstance(retry, Retry):
        raise TypeError(f"retry is a Retry(...), not {retry!r}")
