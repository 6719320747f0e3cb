"""``Serving``: what a backend offers beside orchestrations, on engines that run functions with triggers."""

from collections.abc import Collection, Sequence
from typing import Any, Protocol, runtime_checkable

from portable_faas.errors import NotSupported
from portable_faas.resources.queue import DeadLetter
from portable_faas.triggers.declaring import Triggers
from portable_faas.triggers.function import Function
from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer


@runtime_checkable
class Serving(Protocol):
    """A backend that answers requests and delivers messages, events and changes."""

    async def answer(self, request: Request) -> Answer:
        """What the app answers to a request."""
        ...

    def now(self) -> int:
        """Milliseconds since 1970 UTC on the engine's clock."""
        ...

    async def serve(self, origin: str = "") -> None:
        """Deliver messages and run schedules from now on; ``origin`` stands before the paths of signed URLs."""
        ...

    async def dead_letters(self, function: Function[..., Any]) -> Sequence[DeadLetter]:
        """What this function was given and could not do, oldest first."""
        ...


def refuse_functions(app: Triggers, on: str, carried: Collection[str] = ()) -> None:
    """``NotSupported`` if ``app`` has what an engine would silently leave out.

    ``carried`` are the kinds of triggers and resources that it does run: ``("http", "queue", ...)``.
    """
    left_out = [function.name for function in app.functions.values() if function.trigger.kind not in carried]
    left_out += [f"{kind} {name}" for kind, name in app.resources if kind not in ("setting", *carried)]
    if "http" not in carried:
        left_out += [f"mount {mount.path}" for mount in app.http.mounts]
    if left_out:
        raise NotSupported(
            f"app {app.name!r} has functions with triggers or resources ({', '.join(left_out)}), "
            f"which {on} does not run in this release; use on='local'"
        )
