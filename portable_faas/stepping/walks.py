"""Where an iterator over a dict stands, so that one made anew over the same dict goes on from there.

walk = iter(d.items());  next(walk)     ->     Walk(d, "items", False, len(d) - 1)

``__reduce__`` of such an iterator lists what is left instead, which would no longer follow changes of the dict.
"""

import gc
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, final

_VIEWS: Final = ("keys", "values", "items")
_EMPTY: Final[dict[Any, Any]] = {}
_KINDS: Final = {
    type(turn(getattr(_EMPTY, view)())): (view, turn is reversed) for view in _VIEWS for turn in (iter, reversed)
}


@final
class Walk(NamedTuple):
    """``left`` counts what is still to come; None if the dict has got other keys by now, so that the next step fails.

    (Where a key was removed and another one added, Python itself notices only once it has passed the number of keys.)
    """

    of: dict[Any, Any]
    view: str
    backwards: bool
    left: int | None


def walk_of(iterator: Any) -> Walk | None:
    """Where ``iterator`` stands; None if it is none over a dict, or one that has come to its end."""
    kind = _KINDS.get(type(iterator))
    # CPython gives no other way to the dict; `tp_traverse` of these types visits it first.
    of = next((held for held in gc.get_referents(iterator) if isinstance(held, dict)), None) if kind else None
    if kind is None or of is None:
        return None
    try:
        return Walk(of, *kind, len(iterator.__reduce__()[1][0]))
    except RuntimeError:
        return Walk(of, *kind, None)


def resumed(walk: Walk) -> Iterator[Any]:
    """An iterator that goes on from there."""
    if walk.left is None:
        return _broken(walk)
    iterator = _begun(walk)
    for _ in range(len(walk.of) - walk.left):
        next(iterator)
    return iterator


def _begun(walk: Walk) -> Iterator[Any]:
    view = getattr(walk.of, walk.view)()
    return reversed(view) if walk.backwards else iter(view)


def _broken(walk: Walk) -> Iterator[Any]:
    """One over a dict whose size changes after it is made, as it did before."""
    passing = object()
    walk.of[passing] = None
    iterator = _begun(walk)
    del walk.of[passing]
    return iterator
