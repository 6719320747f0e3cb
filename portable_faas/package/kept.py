"""Folders that are filled once and kept for the next build; all of them may be deleted at any time."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from portable_faas.package.problem import PackageError


def cache_folder() -> Path:
    """Where they are: in the user's cache."""
    place = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return (Path(place) if place else Path.home() / ".cache") / "portable_faas"


def kept(name: str, fill: Callable[[Path], None], renew: bool = False) -> Path:
    """The folder ``name``, made by ``fill`` if it is not there or to be renewed.

    It is filled beside its place and put there at once, so that no build ever sees half of one.
    """
    folder = cache_folder() / name
    if folder.is_dir() and not renew:
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix="new-") as scratch:
            new = Path(scratch) / "new"
            new.mkdir()
            fill(new)
            if renew and folder.exists():
                folder.rename(Path(scratch) / "old")
            if not folder.exists():  # another build may have been faster; what it made is being read
                new.rename(folder)
    except OSError as wrong:
        raise PackageError(f"cannot write {folder}: {wrong.strerror or wrong}", lacking=True) from wrong
    return folder


def files_in(folder: Path) -> dict[str, bytes]:
    """What is in a folder, by path."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    try:
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    except OSError as wrong:
        raise PackageError(f"cannot read {wrong.filename}: {wrong.strerror}; build again", lacking=True) from wrong
