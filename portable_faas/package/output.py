"""Writes what was built into the output folder, and refuses one that holds somebody else's files.

A former build is replaced as a whole: every build writes only below the names in ``WRITTEN``. The manifest is written
last, so a folder with a manifest holds a whole build.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from portable_faas.manifest import FILE, Manifest, render
from portable_faas.package.archive import mode
from portable_faas.package.problem import PackageError

WRITTEN: Final = ("app", "app.zip", "machines")


def refuse_taken(out: Path) -> None:
    """``PackageError`` if ``out`` cannot be a folder, or holds what a build would overwrite and none has written."""
    if out.exists() and not out.is_dir():
        raise PackageError(f"{out} is not a folder; choose another --out")
    taken = [top for top in WRITTEN if (out / top).exists()]
    if taken and not (out / FILE).is_file():
        raise PackageError(f"{out / taken[0]} exists and no build of pfaas made it; choose another --out")


def write(out: Path, files: Mapping[str, bytes], manifest: Manifest) -> None:
    """Put ``files`` and the manifest into ``out``; ``PackageError`` if it cannot be written."""
    assert {path.partition("/")[0] for path in files} <= set(WRITTEN)
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / FILE).unlink(missing_ok=True)
        for top in WRITTEN:
            _remove(out / top)
        for path, content in files.items():
            _write(out / path, content)
        _write(out / FILE, render(manifest).encode())
    except OSError as wrong:
        raise PackageError(f"cannot write {wrong.filename or out}: {wrong.strerror or wrong}", lacking=True) from wrong


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.chmod(path, mode(content))
