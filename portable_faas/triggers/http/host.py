"""``Host``: what the HTTP side needs of the engine that carries it."""

from collections.abc import Awaitable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from portable_faas.resources.acting import Services
    from portable_faas.triggers.function import Function
    from portable_faas.triggers.http.request import Request
    from portable_faas.triggers.http.response import Answer


class Host(Protocol):
    """An engine, seen from the functions that answer requests."""

    @property
    def services(self) -> "Services":
        """The resources of the app."""
        ...

    def now(self) -> float:
        """Seconds since 1970 UTC on the engine's clock."""
        ...

    def run(self, function: "Function[..., Any]", arguments: Mapping[str, Any]) -> Awaitable[Any]:
        """Call a function with its own grants; a plain ``def`` may run in a thread."""
        ...

    async def count(self, key: str, period: int) -> int:
        """Count one more request of ``key`` in the period (seconds) that runs now, and give the count."""
        ...

    async def signing_key(self) -> bytes:
        """The app's own key for URLs that it signs."""
        ...

    async def instance(self, instance_id: str) -> Mapping[str, Any] | None:
        """What the status page of an instance tells; None if there is none."""
        ...

    async def page(self, request: "Request") -> "Answer | None":
        """A page of the engine's own below the reserved path, such as a signed URL of a bucket."""
        ...
