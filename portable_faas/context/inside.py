"""``inside``: what an engine puts around the code of functions and activities, so that their resources find it.

with inside(services, start):
    await orders.send(order)            goes to ``services``
    await fulfil.start(order)           goes to ``start``
"""

from collections.abc import Awaitable, Callable
from typing import Any, final

from portable_faas.context.instances import STARTER, StartCall
from portable_faas.resources.acting import Services, running_on

Start = Callable[[StartCall[Any]], Awaitable[Any]]


@final
class inside:
    """Let resources, and the ``start`` of orchestrators, find a running app in a ``with`` block."""

    __slots__ = ("_before", "_resources", "_start")

    def __init__(self, services: Services, start: Start) -> None:
        self._start = start
        self._resources = running_on(services)

    def __enter__(self) -> None:
        self._resources.__enter__()
        self._before = STARTER.get(None)
        STARTER.set(self._start)

    def __exit__(self, *_error: object) -> None:
        STARTER.set(self._before)
        self._resources.__exit__()
