"""Closes the calls of helpers that a suspended coroutine holds and that nobody will await, or Python warns about them.

late = helper(ctx, 2)
await charge(order)          replay has come to here: `late` is closed with the coroutine
await late
"""

from collections.abc import Coroutine, Iterator
from types import CoroutineType
from typing import Any, Final

from portable_faas.context.calls import Gather
from portable_faas.context.waits import Select

_ITEMS: Final = (list, tuple, set, frozenset)
_TUPLES: Final = type(iter(()))


def close_unbegun(coroutine: Coroutine[Any, Any, Any]) -> None:
    """Those of its variables, of the variables of the coroutines it awaits, and in the collections they hold."""
    seen: set[int] = set()
    for value in _variables(coroutine):
        _close(value, seen)


def _variables(coroutine: object) -> Iterator[Any]:
    while isinstance(coroutine, CoroutineType) and coroutine.cr_frame is not None:
        yield from list(coroutine.cr_frame.f_locals.values())
        coroutine = coroutine.cr_await


def _close(value: object, seen: set[int]) -> None:
    if isinstance(value, CoroutineType):
        if value.cr_frame is not None and not value.cr_suspended and not value.cr_running:
            value.close()
    elif isinstance(value, (Gather, Select)):
        discard(value.branches, value.count)
    elif isinstance(value, (*_ITEMS, dict)) and id(value) not in seen:
        seen.add(id(value))
        for item in value.values() if isinstance(value, dict) else value:
            _close(item, seen)


def discard(branches: object, left: int) -> None:
    """Close coroutines that will never begin, so that Python does not warn about them."""
    if not left or type(branches) not in (_TUPLES, tuple):
        return  # what `map` would have called was never called
    for awaitable in branches:  # type: ignore[attr-defined]
        if isinstance(awaitable, CoroutineType):
            awaitable.close()
        elif isinstance(awaitable, (Gather, Select)):
            discard(awaitable.branches, awaitable.count)
