"""Replaces attributes of other people's modules and classes, and puts everything back.

    patching.replace(Wait, "eval", ours)      ...      patching.undo()

Each attribute is replaced once: a second request for the same one changes nothing, so applying a patch twice is
applying it once.
"""

import sys
from collections.abc import Callable
from typing import Any, Final, final

MISSING: Final = object()


@final
class Patching:
    """What was replaced, so that it can be undone."""

    def __init__(self) -> None:
        self._replaced: dict[tuple[int, str], tuple[Any, str, object]] = {}
        self._items: list[tuple[Any, str, object]] = []

    def replace(self, owner: Any, name: str, value: object) -> None:
        """Make ``owner.name`` be ``value``; of a class, only what the class itself defines is put back.

        Raises AttributeError if there is no such attribute: the library is not the one this was written for.
        """
        if (id(owner), name) in self._replaced:
            return
        getattr(owner, name)
        self._replaced[id(owner), name] = (owner, name, vars(owner).get(name, MISSING))
        setattr(owner, name, value)

    def add(self, owner: Any, name: str, value: object) -> None:
        """Give ``owner`` an attribute that it lacks; RuntimeError if it has one by now."""
        if (id(owner), name) in self._replaced:
            return
        if hasattr(owner, name):
            raise RuntimeError(f"{owner} has {name} now")
        self._replaced[id(owner), name] = (owner, name, MISSING)
        setattr(owner, name, value)

    def wrap(self, owner: Any, name: str, make: Callable[[Any], object]) -> None:
        """Make ``owner.name`` be ``make(owner.name)``."""
        if (id(owner), name) not in self._replaced:
            self.replace(owner, name, make(getattr(owner, name)))

    def everywhere(self, package: str, original: object, value: object) -> None:
        """Replace ``original`` in every loaded module of ``package`` that holds it, under whatever name."""
        for module_name, module in list(sys.modules.items()):
            if module_name == package or module_name.startswith(package + "."):
                for name, held in list(vars(module).items()):
                    if held is original:
                        self.replace(module, name, value)

    def item(self, mapping: Any, key: str, value: object) -> None:
        """Make ``mapping[key]`` be ``value``, whether or not it is there."""
        self._items.append((mapping, key, mapping.get(key, MISSING)))
        mapping[key] = value

    def undo(self) -> None:
        """Put everything back, the last first."""
        for owner, name, original in reversed(self._replaced.values()):
            if original is MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, original)
        self._replaced.clear()
        while self._items:
            mapping, key, original = self._items.pop()
            if original is MISSING:
                del mapping[key]
            else:
                mapping[key] = original
