"""``Serving``: what a backend offers beside orchestrations, on engines that run functions with triggers."""

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

from portable_faas.resources.queue import DeadLetter
from portable_faas.triggers.function import Function
from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer


@runtime_checkable
class Serving(Protocol):
    """A backend that answers requests and delivers messages, events and changes."""

    async def answer(self, request: Request) -> Answer:
        """What the app answers to a request."""
        ...

    async def dead_letters(self, function: Function[..., Any]) -> Sequence[DeadLetter]:
        """What this function was given and could not do, oldest first."""
        ...
