"""The user's settings: ``[tool.portable-faas]`` in ``pyproject.toml``, or a ``portable.toml`` beside it."""

import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, final

FILES: Final = ("portable.toml", "pyproject.toml")
KNOWN: Final = frozenset({"app", "cloud", "python", "include", "exclude", "azure", "aws", "stages"})
PATTERNS: Final = ("include", "exclude")
CLOUDS: Final = ("azure", "aws")


@final
class Configuration(NamedTuple):
    """What the nearest configuration file says; ``path`` is None where there is none.

    ``app`` is ``module:variable``, ``cloud`` the default of ``--on``, ``python`` the minor version for both clouds,
    ``include`` and ``exclude`` are patterns of files that ``pfaas build`` packs besides, or leaves out. ``clouds`` are
    the tables of the adapters by their names, which they check themselves.
    """

    path: Path | None = None
    app: str | None = None
    cloud: str = "local"
    python: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    clouds: Mapping[str, Mapping[str, Any]] = {}

    @property
    def folder(self) -> Path:
        """Where the program lives: the folder of the file, else the current one."""
        return self.path.parent if self.path else Path.cwd()


def configuration(start: Path | None = None) -> Configuration:
    """The configuration for ``start`` (default: the current folder), from the nearest folder that has one.

    Raises ``ValueError`` with the file's name for a file that is not TOML or a setting that does not exist.
    """
    here = (start or Path.cwd()).resolve()
    for folder in (here, *here.parents):
        for name in FILES:
            path = folder / name
            settings = _settings(path) if path.is_file() else None
            if settings is not None:
                return _checked(path, settings)
    return Configuration()


def other_python(found: Configuration) -> str | None:
    """What to say when this interpreter is not the configured one, on which the results could differ."""
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    if found.python is None or found.python == here:
        return None
    return f"this is Python {here}, but {found.path} sets python = {found.python!r} for the clouds"


def _settings(path: Path) -> dict[str, Any] | None:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise ValueError(f"{path}: not TOML: {wrong}") from wrong
    if path.name == "portable.toml":
        return document
    found: dict[str, Any] | None = document.get("tool", {}).get("portable-faas")
    return found


def _checked(path: Path, settings: dict[str, Any]) -> Configuration:
    for name, value in settings.items():
        if name not in KNOWN:
            raise ValueError(f"{path}: there is no setting {name!r}; known are {', '.join(sorted(KNOWN))}")
        if name in ("app", "cloud", "python") and not isinstance(value, str):
            raise ValueError(f"{path}: {name} is text, not {value!r}")
        if name in PATTERNS and not (isinstance(value, list) and all(isinstance(one, str) for one in value)):
            raise ValueError(f"{path}: {name} is a list of texts, not {value!r}")
        if name in CLOUDS and not isinstance(value, dict):
            raise ValueError(f"{path}: {name} is a table, not {value!r}")
    include, exclude = (tuple(settings.get(name, ())) for name in PATTERNS)
    words = settings.get("app"), settings.get("cloud", "local"), settings.get("python")
    return Configuration(path, *words, include, exclude, {name: settings[name] for name in CLOUDS if name in settings})
