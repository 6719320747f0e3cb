"""``Resources``: the part of an app that declares queues, topics, buckets, secrets and settings."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from portable_faas.resources.loading import module_being_loaded
from portable_faas.values import portable
from portable_faas.values.retry import Seconds

if TYPE_CHECKING:
    from portable_faas.resources import Bucket, Queue, Resource, Secret, Setting, Topic

T = TypeVar("T")
D = TypeVar("D", bound="Resource")


class Resources:
    """The resources of an app, by kind and name."""

    def __init__(self) -> None:
        self._resources: dict[tuple[str, str], Resource] = {}
        self._modules: dict[str, None] = {}

    @property
    def modules(self) -> tuple[str, ...]:
        """The modules that declare something of it, in the order of their first declarations."""
        return tuple(self._modules)

    @property
    def resources(self) -> Mapping[tuple[str, str], Resource]:
        """The resources by kind and name; read only."""
        return MappingProxyType(self._resources)

    def queue(self, name: str, type: type[T], *, attempts: int = 5, retry_after: Seconds = 30) -> Queue[T]:
        """Declare a queue of ``type``; a message is tried ``attempts`` times, ``retry_after`` seconds apart."""
        from portable_faas.resources.queue import Queue

        return self._add(Queue(name, _checked(name, type), attempts, retry_after))

    def topic(self, name: str, type: type[T]) -> Topic[T]:
        """Declare a topic whose events carry ``type``."""
        from portable_faas.resources.topic import Topic

        return self._add(Topic(name, _checked(name, type)))

    def bucket(self, name: str) -> Bucket:
        """Declare a bucket."""
        from portable_faas.resources.bucket import Bucket

        return self._add(Bucket(name))

    def secret(self, name: str) -> Secret:
        """Declare a secret."""
        from portable_faas.resources.secret import Secret

        return self._add(Secret(name))

    def setting(self, name: str, *, default: str | None = None) -> Setting:
        """Declare a setting; without ``default`` it must be set."""
        from portable_faas.resources.setting import Setting

        return self._add(Setting(name, default))

    def _add(self, resource: D) -> D:
        key = (resource.kind, resource.name)
        if key in self._resources:
            raise ValueError(f"the app already has a {resource.kind} named {resource.name!r}; use that one")
        self._resources[key] = resource
        self._note_module()
        return resource

    def _note_module(self) -> None:
        # An app without the modules that declare its functions would be an app without the functions.
        module = module_being_loaded()
        if module is not None:
            self._modules.setdefault(module)


def _checked(name: str, tp: Any) -> Any:
    problem = portable(tp)
    if problem is not None:
        raise TypeError(f"{name}: {problem}")
    return tp
