"""``Triggers``: the part of an app that declares functions with triggers.

A declaration is checked as far as it can be before the module is loaded to its end; types are read at the first use.
What a declaration needs is loaded by it: an app of orchestrations alone loads none of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine, Mapping
from types import FunctionType, MappingProxyType
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar, overload

from portable_faas.resources.declaring import Resources
from portable_faas.resources.queue import pause
from portable_faas.values.retry import Seconds, seconds

if TYPE_CHECKING:
    from portable_faas.resources import Bucket, Queue, Secret, Topic
    from portable_faas.triggers.decorators import (
        BatchDecorator,
        BlobDecorator,
        EventDecorator,
        HttpDecorator,
        MessageDecorator,
        ScheduleDecorator,
    )
    from portable_faas.triggers.event import Change
    from portable_faas.triggers.function import Function, Output
    from portable_faas.triggers.http.settings import ApiClient, ApiSettings, Cors, Jwt, Mount, Rate
    from portable_faas.triggers.http.template import Template
    from portable_faas.triggers.trigger import Auth, Trigger

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
MOST_BATCH: Final = 32  # what one read of a storage queue gives at most; SQS gives 10 and is read several times
SHORTEST: Final = 60.0  # seconds between two runs of `every=`; what EventBridge Scheduler can do
MINUTE: Final = 60  # seconds; Scheduler counts in whole ones ("Schedule types in EventBridge Scheduler")
CLIENT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
AUTHS: Final = ("key", "jwt", "anonymous")
CHANGES: Final = ("created", "deleted")
Uses = tuple[Callable[..., Any], ...]


class Triggers(Resources):
    """The functions with triggers of an app, and the settings of its HTTP side."""

    name: str

    def __init__(self) -> None:
        super().__init__()
        self._functions: dict[str, Function[..., Any]] = {}
        self._settings: ApiSettings | None = None
        self._clients: dict[str, ApiClient] = {}
        self._mounts: tuple[Mount, ...] = ()

    @property
    def functions(self) -> Mapping[str, Function[..., Any]]:
        """The functions with triggers by name; read only."""
        return MappingProxyType(self._functions)

    @property
    def http(self) -> ApiSettings:
        """The settings of the HTTP side."""
        from portable_faas.triggers.http.settings import ApiSettings

        own = self._settings or ApiSettings(self.name, "0")
        return own._replace(clients=MappingProxyType(self._clients), mounts=self._mounts)

    # HTTP.

    def get(self, path: str, *, auth: Auth = "key", status: int = 200, uses: Uses = ()) -> HttpDecorator:
        """Declare a function that answers ``GET path``; ``/orders/{id}`` gives the parameter ``id``.

        ``auth``: ``"key"`` wants the key of a declared client, ``"jwt"`` a token, ``"anonymous"`` nothing.
        """
        return self._route("GET", path, auth, status, uses)

    def post(self, path: str, *, auth: Auth = "key", status: int = 200, uses: Uses = ()) -> HttpDecorator:
        """Declare a function that answers ``POST path``."""
        return self._route("POST", path, auth, status, uses)

    def put(self, path: str, *, auth: Auth = "key", status: int = 200, uses: Uses = ()) -> HttpDecorator:
        """Declare a function that answers ``PUT path``."""
        return self._route("PUT", path, auth, status, uses)

    def patch(self, path: str, *, auth: Auth = "key", status: int = 200, uses: Uses = ()) -> HttpDecorator:
        """Declare a function that answers ``PATCH path``."""
        return self._route("PATCH", path, auth, status, uses)

    def delete(self, path: str, *, auth: Auth = "key", status: int = 200, uses: Uses = ()) -> HttpDecorator:
        """Declare a function that answers ``DELETE path``."""
        return self._route("DELETE", path, auth, status, uses)

    def mount(self, path: str, app: Any, *, auth: Auth = "anonymous") -> None:
        """Serve an ASGI application for every path below ``path``; it sees paths without it."""
        from portable_faas.triggers.http.settings import Mount
        from portable_faas.triggers.http.template import Template

        template = Template(path)
        if template.names or path == "/":
            raise ValueError(f"an application is mounted below a fixed path such as '/admin', not {path!r}")
        if not callable(app):
            raise TypeError(f"mount takes an ASGI application, not {app!r}")
        self._mounts += (Mount(path.rstrip("/"), app, _checked_auth(auth)),)
        self._note_module()

    def api(
        self,
        *,
        title: str | None = None,
        version: str = "0",
        description: str = "",
        openapi: str | None = "/openapi.json",
        docs: str | None = "/docs",
        cors: Cors | None = None,
        jwt: Jwt | None = None,
    ) -> None:
        """Say how the HTTP side behaves. Without this call neither the OpenAPI document nor its page is served.

        ``openapi`` and ``docs`` are paths that anybody may read; None serves neither.
        """
        from portable_faas.triggers.http.settings import ApiSettings

        if self._settings is not None:
            raise ValueError(f"app {self.name!r} has called api() already; put everything into one call")
        self._settings = ApiSettings(title or self.name, version, description, openapi, docs, cors, jwt)
        self._note_module()

    def api_client(self, name: str, *, key: Secret, rate: Rate | None = None, quota: Rate | None = None) -> None:
        """Let a client in that shows the value of ``key`` in the header ``x-api-key``.

        ``request.client`` is its name; over ``rate`` or ``quota`` it gets 429.
        """
        from portable_faas.resources.secret import Secret
        from portable_faas.triggers.http.settings import ApiClient

        if not isinstance(name, str) or not CLIENT.fullmatch(name):
            raise ValueError(f"a client is named by letters, digits, '.', '_' and '-', not {name!r}")
        if not isinstance(key, Secret):
            raise TypeError(f"key is a secret such as app.secret('{name}-key'), never the key itself")
        if name in self._clients:
            raise ValueError(f"app {self.name!r} already has a client {name!r}")
        self._clients[name] = ApiClient(name, key, rate, quota)
        self._note_module()

    def _route(self, method: str, path: str, auth: Auth, status: int, uses: Uses) -> HttpDecorator:
        from portable_faas.triggers.http.template import Template
        from portable_faas.triggers.trigger import Route

        template = Template(path)
        route = Route(method, path, _checked_auth(auth), status)
        if isinstance(status, bool) or not isinstance(status, int) or not 200 <= status <= 299:
            raise ValueError(f"the status of a plain result is 200 to 299, not {status!r}")

        def declare(fn: Callable[P, R]) -> Function[P, R]:
            self._check_function(fn)
            template.check_names(fn)
            self._check_free(method, template)
            return self._declare(fn, route, uses)

        return declare

    def _check_free(self, method: str, template: Template) -> None:
        from portable_faas.triggers.http.template import Template
        from portable_faas.triggers.trigger import Route

        for other in self._functions.values():
            route = other.trigger
            if isinstance(route, Route) and route.method == method and Template(route.path).shape == template.shape:
                raise ValueError(f"{method} {template.path} is answered by {other.name} already; choose another path")

    # The others.

    def schedule(
        self,
        cron: str | None = None,
        *,
        timezone: str = "UTC",
        every: Seconds | None = None,
        uses: Uses = (),
        output: Output | None = None,
    ) -> ScheduleDecorator:
        """Declare a function that runs at the times of ``cron`` (minute hour day month weekday), or ``every`` so often.

        When clocks go forward, what falls into the skipped hour runs once, after it; when they go back, the repeated
        hour counts once. ``every`` is a minute or several.
        """
        from portable_faas.triggers.cron import Cron, zone
        from portable_faas.triggers.trigger import Schedule

        if (cron is None) == (every is None):
            raise TypeError('schedule takes a cron expression such as "0 6 * * 1-5", or every=, and not both')
        if cron is not None:
            Cron(cron, zone(timezone))
        interval = None if every is None else _interval(every)
        decorator: ScheduleDecorator = self._decorator(Schedule(cron, timezone, interval), uses, output, (0, 1))
        return decorator

    @overload
    def on_message(
        self,
        queue: Queue[T],
        *,
        batch: None = None,
        idempotent_by: Callable[[T], str] | None = None,
        uses: Uses = (),
        output: Output | None = None,
    ) -> MessageDecorator[T]: ...
    @overload
    def on_message(
        self,
        queue: Queue[T],
        *,
        batch: int,
        idempotent_by: Callable[[T], str] | None = None,
        uses: Uses = (),
        output: Output | None = None,
    ) -> BatchDecorator[T]: ...
    def on_message(
        self,
        queue: Queue[T],
        *,
        batch: int | None = None,
        idempotent_by: Callable[[T], str] | None = None,
        uses: Uses = (),
        output: Output | None = None,
    ) -> Any:
        """Declare the function that takes the messages of ``queue``: the value, or ``Message`` with its id and attempt.

        With ``batch`` it takes a list of up to so many messages, and ``message.fail()`` marks those to try again.
        ``idempotent_by`` gives a key of a value; a message whose key was done within a day is skipped.
        """
        from portable_faas.resources.queue import Queue
        from portable_faas.triggers.trigger import OnMessage

        self._check_own(queue, Queue)
        _check_batch(batch)
        if idempotent_by is not None and not callable(idempotent_by):
            raise TypeError(f"idempotent_by is a function such as lambda order: order.id, not {idempotent_by!r}")
        for other in self._functions.values():
            if isinstance(other.trigger, OnMessage) and other.trigger.queue is queue:
                raise ValueError(f"queue {queue.name} is read by {other.name} already; for several readers use a topic")
        return self._decorator(OnMessage(queue, batch, idempotent_by), uses, output, (1, 1))

    def on_blob(
        self,
        bucket: Bucket,
        *,
        prefix: str = "",
        suffix: str = "",
        change: Change = "created",
        uses: Uses = (),
        output: Output | None = None,
    ) -> BlobDecorator:
        """Declare a function that runs when an object of ``bucket`` is created (or replaced), or deleted."""
        from portable_faas.resources.bucket import Bucket
        from portable_faas.triggers.trigger import OnBlob

        self._check_own(bucket, Bucket)
        if change not in CHANGES:
            raise ValueError(f'change is "created" or "deleted", not {change!r}')
        decorator: BlobDecorator = self._decorator(OnBlob(bucket, prefix, suffix, change), uses, output, (1, 1))
        return decorator

    def on_event(
        self,
        topic: Topic[T],
        *,
        type: str | None = None,
        attributes: Mapping[str, str] | None = None,
        attempts: int = 5,
        retry_after: Seconds = 30,
        uses: Uses = (),
        output: Output | None = None,
    ) -> EventDecorator[T]:
        """Declare a function that takes events of ``topic``, of this ``type`` and with these ``attributes`` if given.

        It takes the data, or ``CloudEvent`` with all of it. An event that fails ``attempts`` times is a dead letter.
        """
        from portable_faas.resources.topic import Topic
        from portable_faas.triggers.trigger import OnEvent

        self._check_own(topic, Topic)
        trigger = OnEvent(topic, type, dict(attributes or {}), attempts, pause(retry_after))
        decorator: EventDecorator[T] = self._decorator(trigger, uses, output, (1, 1))
        return decorator

    # What they share.

    def _decorator(self, trigger: Trigger, uses: Uses, output: Output | None, takes: tuple[int, int]) -> Any:
        def declare(fn: Callable[..., Coroutine[Any, Any, Any] | Any]) -> Function[..., Any]:
            self._check_function(fn)
            code = fn.__code__
            if not takes[0] <= code.co_argcount <= takes[1] or code.co_kwonlyargcount or code.co_flags & 0x0C:
                raise TypeError(f"{fn.__name__} takes {_counted(takes)}: {trigger} gives no more")
            return self._declare(fn, trigger, uses, output)

        return declare

    def _declare(
        self, fn: Callable[P, R], trigger: Trigger, uses: Uses, output: Output | None = None
    ) -> Function[P, R]:
        from portable_faas.resources.grant import declared_grants
        from portable_faas.triggers.function import Function

        declared = Function(fn, trigger, declared_grants(uses), output)
        self._functions[declared.name] = declared
        self._note_module()
        return declared

    def _check_function(self, fn: object) -> None:
        from portable_faas.triggers.function import Function

        if isinstance(fn, Function):
            raise TypeError(f"{fn.name} has a trigger already ({fn.trigger}); write a second function that calls it")
        if not isinstance(fn, FunctionType):
            raise TypeError(f"a trigger starts a plain function (def or async def), not {fn!r}")
        self._check_name(fn.__name__)

    def _check_name(self, name: str) -> None:
        if name in self._functions:
            raise ValueError(f"app {self.name!r} already has a function named {name!r}; rename one of them")

    def _check_own(self, resource: object, kind: type) -> None:
        if not isinstance(resource, kind):
            raise TypeError(f"expected a {kind.__name__.lower()} of this app, not {resource!r}")
        if self._resources.get((resource.kind, resource.name)) is not resource:  # type: ignore[attr-defined]
            raise ValueError(f"{resource!r} does not belong to app {self.name!r}")


def _checked_auth(auth: Auth) -> Auth:
    if auth not in AUTHS:
        raise ValueError(f'auth is "key", "jwt" or "anonymous", not {auth!r}')
    return auth


def _check_batch(batch: object) -> None:
    if batch is None:
        return
    if isinstance(batch, bool) or not isinstance(batch, int) or not 1 <= batch <= MOST_BATCH:
        raise ValueError(f"batch is 1 to {MOST_BATCH}, not {batch!r}")


def _interval(every: Seconds) -> float:
    given = seconds(every, "every")
    if given < SHORTEST:
        raise ValueError(f"every is {SHORTEST:g} seconds or more, not {given:g}")
    if given % MINUTE:
        raise ValueError(f"every is a whole number of minutes, not {given:g} seconds")
    return given


def _counted(takes: tuple[int, int]) -> str:
    return "one parameter" if takes == (1, 1) else "no parameter or one"
