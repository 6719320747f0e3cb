"""``Grant``: the right to one operation on one resource, as a function's code or its ``uses=`` states it.

uses=(orders.send,)      ->      Grant("queue", "orders", "send")
"""

from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol, final


@final
class Grant(NamedTuple):
    """One operation on one resource; equal grants come from equal declarations."""

    kind: str
    name: str
    operation: str

    def part(self) -> dict[str, str]:
        """The entry of a manifest's ``permissions``."""
        return {"kind": self.kind, "name": self.name, "operation": self.operation}

    def __str__(self) -> str:
        return f"{self.operation} on {self.kind} {self.name!r}"


class Granting(Protocol):
    """Something whose methods need grants."""

    def granted(self, method: str) -> Grant | None:
        """What calling ``method`` needs; None if it needs nothing."""
        ...


def declared_grants(uses: object) -> frozenset[Grant]:
    """The grants of ``uses=(orders.send, ...)``; ``TypeError`` for what is not the method of a resource."""
    if not isinstance(uses, tuple):
        raise TypeError(f"uses is a tuple of operations such as (orders.send,), not {uses!r}")
    return frozenset(_grants(uses))


def _grants(uses: Iterable[Any]) -> Iterable[Grant]:
    for used in uses:
        owner: Any = getattr(used, "__self__", None)
        grant = owner.granted(used.__name__) if hasattr(owner, "granted") else None
        if grant is None:
            raise TypeError(f"uses names operations of resources such as orders.send, not {used!r}")
        yield grant
