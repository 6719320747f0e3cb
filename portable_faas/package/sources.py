"""Collects the files of a user's program.

    shop/app.py  shop/rates.csv  tests/  .venv/  dist/     ->     shop/app.py  shop/rates.csv

A configured project gives everything below the folder that its imports start from, but what only serves development.
Without a configuration it is the top package of the app, and the modules beside it that it imports.
"""

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final, NamedTuple, final

from portable_faas.package.contents import UNNAMED, Limit, refuse_too_large
from portable_faas.package.problem import PackageError
from portable_faas.package.project import OURS, Project
from portable_faas.package.reach import Source, reached

ANYWHERE: Final = (
    ".*",
    "__pycache__",
    "*.pyc",
    "*.egg-info",
    "node_modules",
    "conftest.py",
    "test_*.py",
    "*_test.py",
    "local.settings.json",
)
AT_THE_TOP: Final = (
    "dist",
    "build",
    "test",
    "tests",
    "pyproject.toml",
    "portable.toml",
    "requirements*.txt",
    "constraints*.txt",
    "*.lock",
    "README*",
)
VIRTUAL_ENVIRONMENT: Final = "pyvenv.cfg"  # PEP 405: the file that makes a folder one


@final
class Rules(NamedTuple):
    """What is packed: patterns of the user, the folder that the build writes to, and how much it may be."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    out: Path | None = None
    limit: Limit = UNNAMED


def collect(project: Project, rules: Rules) -> dict[str, bytes]:
    """The program's files by their path in the package; ``PackageError`` names one that cannot be read."""
    found = dict(_whole(project, rules) if project.whole else _alone(project, rules))
    for pattern in rules.include:
        for path in _included(project.root, pattern):
            found[_name(project, path)] = path
    refuse_too_large({name: path.stat().st_size for name, path in found.items() if path.is_file()}, rules.limit)
    return {name: content_of(path, _shown(project, path)) for name, path in sorted(found.items())}


def _whole(project: Project, rules: Rules) -> Iterator[tuple[str, Path]]:
    return _below(project, rules, project.code)


def _alone(project: Project, rules: Rules) -> Iterator[tuple[str, Path]]:
    for top in sorted(project.tops):
        folder = project.code / top
        if folder.is_dir() and not project.ours:
            yield from _below(project, rules, folder)
    for name in reached(project.modules, lambda module: _source(project, module)):
        yield name, project.code / name


def _source(project: Project, module: str) -> Source | None:
    """A module of the program; what is installed beside it belongs to other distributions, and ours is ours."""
    top = module.partition(".")[0]
    if top not in project.tops and (project.installed or top == OURS):
        return None
    stem = module.replace(".", "/")
    for name, is_package in ((f"{stem}/__init__.py", True), (f"{stem}.py", False)):
        if (project.code / name).is_file():
            return Source(name, content_of(project.code / name, name), is_package)
    return None


def _below(project: Project, rules: Rules, start: Path) -> Iterator[tuple[str, Path]]:
    for folder, folders, files in os.walk(start, followlinks=True, onerror=_refuse_unreadable):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if not _left_out(project, rules, here / name))
        for name in folders:
            _refuse_circle(project, here / name)
        for name in sorted(files):
            path = here / name
            if not _left_out(project, rules, path) and (path.is_file() or path.is_symlink()):
                yield _name(project, path), path


def _refuse_unreadable(wrong: OSError) -> None:
    raise PackageError(f"cannot read {wrong.filename}: {wrong.strerror or wrong}; exclude it or mend it") from wrong


def _refuse_circle(project: Project, folder: Path) -> None:
    if folder.is_symlink() and folder.parent.resolve().is_relative_to(folder.resolve()):
        raise PackageError(f"{_shown(project, folder)} is a link to a folder that holds it; exclude it")


def _left_out(project: Project, rules: Rules, path: Path) -> bool:
    """Whether a file or a folder is left out; of those above it that has been asked before."""
    top = path.parent in (project.code, project.root) and project.whole
    if any(fnmatchcase(path.name, pattern) for pattern in (*ANYWHERE, *(AT_THE_TOP if top else ()))):
        return True
    if path == rules.out or (path / VIRTUAL_ENVIRONMENT).is_file():
        return True
    shown = _shown(project, path)
    return any(fnmatchcase(shown if "/" in pattern else path.name, pattern.rstrip("/")) for pattern in rules.exclude)


def _included(root: Path, pattern: str) -> Iterator[Path]:
    if Path(pattern).is_absolute() or ".." in Path(pattern).parts or not pattern:
        raise PackageError(f"include {pattern!r}: a pattern is relative to {root} and stays in it")
    found = sorted(root.glob(pattern))
    if not found:
        raise PackageError(f"include {pattern!r}: there is no such file in {root}")
    for path in found:
        yield from (inner for inner in ([path] if path.is_file() else sorted(path.rglob("*"))) if inner.is_file())


def _name(project: Project, path: Path) -> str:
    """The path in the package: what is not below the code keeps its place in the project."""
    start = project.code if path.is_relative_to(project.code) else project.root
    name = path.relative_to(start).as_posix()
    try:
        name.encode()
    except UnicodeEncodeError as wrong:
        raise PackageError(f"{name!r}: the name of the file is not UTF-8; rename it or exclude it") from wrong
    return name


def _shown(project: Project, path: Path) -> str:
    return path.relative_to(project.root).as_posix()


def content_of(path: Path, shown: str) -> bytes:
    """What is in a file; ``PackageError`` by the name ``shown``."""
    try:
        return path.read_bytes()
    except OSError as wrong:
        raise PackageError(f"cannot read {shown}: {wrong.strerror or wrong}; exclude it or mend it") from wrong
