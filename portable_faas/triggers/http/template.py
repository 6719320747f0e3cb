"""A path template such as ``/orders/{id}``: its fixed parts, its names, and which paths it matches."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

_NAME: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
_FIXED: Final = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@-]*")
RESERVED: Final = "/-pfaas"  # paths below it are ours: status pages of instances, signed URLs


class Template:
    """A parsed path template; ``ValueError`` says what a path may hold."""

    __slots__ = ("_fixed", "_named", "names", "path", "shape")

    def __init__(self, path: str) -> None:
        if not isinstance(path, str) or not path.startswith("/") or path.startswith(RESERVED):
            raise ValueError(f"a path starts with '/' and not with '{RESERVED}', not {path!r}")
        self.path = path
        parts = [_part(part, path) for part in path[1:].split("/")]
        self.names = tuple(name for name, _ in parts if name)
        self.shape = tuple("{}" if name else fixed for name, fixed in parts)
        self._fixed = tuple((place, fixed) for place, (name, fixed) in enumerate(parts) if not name)
        self._named = tuple(place for place, (name, _) in enumerate(parts) if name)
        if len(set(self.names)) < len(self.names):
            raise ValueError(f"{path!r} has a name twice; names are parameters of the function")

    def check_names(self, fn: Callable[..., Any]) -> None:
        """``TypeError`` if the function lacks a parameter that the path gives."""
        code = fn.__code__
        known = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        for name in self.names:
            if name not in known:
                raise TypeError(f"{fn.__name__}() has no parameter {name!r}, which {self.path} gives; add it")

    def match(self, segments: Sequence[str]) -> list[str] | None:
        """The values of the names for a path of as many parts; None if it is another path."""
        for place, fixed in self._fixed:
            if segments[place] != fixed:
                return None
        found = [segments[place] for place in self._named]
        return found if all(found) else None


def _part(part: str, path: str) -> tuple[str, str]:
    """(name, "") or ("", fixed)."""
    named = _NAME.fullmatch(part)
    if named:
        return named[1], ""
    if not _FIXED.fullmatch(part) or part in (".", "..") or (not part and path != "/"):
        raise ValueError(f"a path is made of plain parts and {{names}} between single slashes, not {path!r}")
    return "", part
