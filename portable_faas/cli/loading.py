"""Finds the user's app: ``module:variable``, ``folder/file.py:variable``, or what the configuration names."""

import importlib
import os
import sys
import traceback
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from portable_faas.app import App, Orchestrator
from portable_faas.cli.refusal import Refusal
from portable_faas.cli.screen import keep_stdout
from portable_faas.configuration import Configuration, configuration
from portable_faas.errors import CompileError

OURS: Final = Path(__file__).parent.parent


def settings() -> Configuration:
    """The configuration of the current folder."""
    try:
        return configuration()
    except ValueError as wrong:
        raise Refusal(str(wrong)) from wrong


def is_app(word: str) -> bool:
    """Whether a word on the command line names an app rather than something in it."""
    return ":" in word or word.endswith(".py")


def app_and_rest(words: list[str], what: list[str]) -> tuple[App, list[str | None]]:
    """Split ``[APP] WORD...`` into the app and its words; ``what`` names the words for the messages."""
    given = list(words)
    named = given.pop(0) if given and (is_app(given[0]) or len(given) > len(what)) else None
    if len(given) > len(what):
        raise Refusal(f"too many words: {' '.join(given[len(what) :])}")
    return load(named), [*given, *[None] * (len(what) - len(given))]


def load(named: str | None) -> App:
    """The app ``named`` on the command line, or in the configuration when it is None.

    ``CompileError`` for declarations that the import of its module refuses, ``Refusal`` for what else goes wrong.
    """
    keep_stdout()
    found = settings()
    if named is None and found.app is None:
        raise Refusal(
            "which app? name it as module:variable, or set `app` under [tool.portable-faas] in pyproject.toml"
        )
    place, _, variable = (named or found.app or "").partition(":")
    folder = found.folder if named is None else Path.cwd()
    return _app_in(_module(place, folder), variable, place)


def _module(place: str, folder: Path) -> ModuleType:
    if place.endswith(".py"):
        path = Path(place).resolve()
        if not path.is_file():
            raise Refusal(f"there is no file {place}")
        folder, place = path.parent, path.stem
    else:
        folder = _code(folder, place.partition(".")[0])
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    try:
        return importlib.import_module(place)
    except ModuleNotFoundError as missing:
        if missing.name is not None and (place == missing.name or place.startswith(f"{missing.name}.")):
            raise Refusal(f"there is no module {missing.name} in {folder} or among the installed ones") from missing
        raise Refusal(_import_problem(place, missing)) from missing
    except (Exception, SystemExit) as wrong:
        from portable_faas.cli.declaring import refused  # loads the compiler

        if problems := refused(wrong):
            raise CompileError(problems) from wrong
        raise Refusal(_import_problem(place, wrong)) from wrong


def _code(folder: Path, top: str) -> Path:
    """Where the package or module ``top`` is imported from: the folder itself, or its ``src`` if that one has it."""
    places = (folder, folder / "src")
    for place in places:
        if (place / top / "__init__.py").is_file() or (place / f"{top}.py").is_file():
            return place
    return next((place for place in places if (place / top).is_dir()), folder)  # a namespace package


def _import_problem(place: str, wrong: BaseException) -> str:
    """Where in the user's code the import failed, and why, in one line."""
    if isinstance(wrong, SyntaxError):
        return f"{_short(wrong.filename or place)}:{wrong.lineno}:{wrong.offset}: syntax error: {wrong.msg}"
    own = [
        frame
        for frame in traceback.extract_tb(wrong.__traceback__)
        if "importlib" not in frame.filename and not frame.filename.startswith(f"{OURS}{os.sep}")
    ]
    where = f"{_short(own[-1].filename)}:{own[-1].lineno}" if own else place
    return f"{where}: the import of {place} failed: {type(wrong).__name__}: {wrong}"


def _short(path: str) -> str:
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return path


def _app_in(module: ModuleType, variable: str, place: str) -> App:
    apps = {name: value for name, value in vars(module).items() if isinstance(value, App)}
    if variable:
        if variable in apps:
            return apps[variable]
        hint = f"; it has {', '.join(apps)}" if apps else "; it declares no App"
        raise Refusal(f"{place} has no app {variable!r}{hint}")
    if len({id(value) for value in apps.values()}) != 1:
        hint = f"name one of {', '.join(apps)}" if apps else "declare one with app = App(...)"
        raise Refusal(f"{place} has {len(apps)} apps; {hint}")
    return next(iter(apps.values()))


def default_store(app: App) -> str:
    """Where runs of this app are kept: beside its configuration, else in the current folder."""
    return str(settings().folder / ".portable_faas" / f"{app.name}.db")


def orchestrator_named(app: App, name: str | None) -> Orchestrator[Any, Any]:
    """The orchestrator called ``name``, or the only one when it is None."""
    known = list(app.orchestrators)
    if name is None:
        if len(known) == 1:
            return app.orchestrators[known[0]]
        raise Refusal(f"which orchestrator? app {app.name!r} has {', '.join(known) or 'none'}")
    if name in app.orchestrators:
        return app.orchestrators[name]
    close = get_close_matches(name, known, 1)
    hint = f"did you mean {close[0]}?" if close else f"it has {', '.join(known) or 'none'}"
    raise Refusal(f"app {app.name!r} has no orchestrator {name!r}; {hint}")
