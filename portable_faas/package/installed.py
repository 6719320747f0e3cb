"""Installs requirements for another platform with uv, and keeps the result for the next build.

    httpx>=0.27, Python 3.12, Linux x86_64   ->   a folder with httpx, httpcore, idna, ... for that machine

Without requirements there is no uv and no network. What was resolved once stays: the next build reads the folder, and
gives the same bytes, until ``upgrade`` asks for newer versions.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple, final

from portable_faas.package.kept import files_in, kept
from portable_faas.package.platform import Platform
from portable_faas.package.problem import PackageError
from portable_faas.package.requirements import NAME, Requirement
from portable_faas.package.uv import uv
from portable_faas.provider import Progress

# What an installer notes about the machine it ran on; nothing reads it at run time.
NOTES: Final = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json"})
SCRIPTS: Final = "bin"  # starts with the path of the interpreter that installed it
OFFLINE: Final = ("failed to fetch", "error sending request", "dns error", "connection refused", "network connectivity")
NO_WHEEL: Final = ("no wheels with a matching", "no usable wheels", "only-binary", "building from source is disabled")


@final
class Installed(NamedTuple):
    """Third-party files by path, and the distributions that they are, as ``name==version``."""

    files: dict[str, bytes]
    distributions: tuple[str, ...]


@final
class Wanted(NamedTuple):
    """What to install for which machine; ``settings`` are those of uv, ``root`` is where it looks for them."""

    requirements: Sequence[Requirement]
    platform: Platform
    python: str
    root: Path
    settings: dict[str, Any]

    @property
    def key(self) -> str:
        """The same for what gives the same folder."""
        lines = sorted(one.text for one in self.requirements)
        told = json.dumps([lines, self.platform, self.python, self.settings], sort_keys=True, default=str)
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def installed(wanted: Wanted, upgrade: bool, progress: Progress) -> Installed:
    """The files of the requirements and of what they need in turn; ``PackageError`` says what cannot be had."""
    if not wanted.requirements:
        return Installed({}, ())

    def fill(folder: Path) -> None:
        many = counted(len(wanted.requirements), "requirement")
        progress(f"resolving {many} for Python {wanted.python} on {wanted.platform.name}")
        _install(wanted, folder)

    folder = kept(f"requirements/{wanted.key}", fill, upgrade)
    files = {path: content for path, content in files_in(folder).items() if _belongs(PurePosixPath(path))}
    names = tuple(sorted(_distribution(path.name) for path in folder.glob("*.dist-info")))
    progress(counted(len(names), "third-party distribution"))
    return Installed(files, names)


def _install(wanted: Wanted, target: Path) -> None:
    found = uv()
    if found is None:
        raise PackageError("the program has requirements, which need uv; install it with: pip install uv", lacking=True)
    command = [found, "pip", "install", "--quiet", "--python", sys.executable, "--target", str(target)]
    command += ["--python-platform", wanted.platform.wheels, "--python-version", wanted.python]
    command += ["--only-binary", ":all:", "--link-mode", "copy", "--requirements", "-"]
    lines = "".join(f"{one.text}\n" for one in wanted.requirements)
    done = subprocess.run(command, input=lines, cwd=wanted.root, capture_output=True, text=True, check=False)
    if done.returncode:
        raise _refusal(wanted, done.stderr)


def _refusal(wanted: Wanted, told: str) -> PackageError:
    """What uv says, in one line, at the requirement that it names."""
    told = _plain(told)
    named = {one.name: one for one in reversed(wanted.requirements) if one.name and _mentions(told, one.name)}
    place = next(iter(reversed(named.values())), wanted.requirements[0])
    there = f"Python {wanted.python} on {wanted.platform.name}"
    if any(sign in told.lower() for sign in OFFLINE):
        return PackageError(f"the requirements cannot be fetched; is there a network? uv: {told}", lacking=True)
    if any(sign in told.lower() for sign in NO_WHEEL):
        hint = "choose a version that has one, or another distribution"
        return PackageError(f"{place.place}: {place.text!r} has no wheel for {there}; {hint}. uv: {told}")
    return PackageError(f"{place.place}: {place.text!r} cannot be resolved for {there}. uv: {told}")


def _plain(told: str) -> str:
    for mark in ("error: ", "cause: ", "hint: ", "\N{MULTIPLICATION SIGN}", "╰─▶", "│"):
        told = told.replace(mark, "")
    return " ".join(told.split())


def _mentions(told: str, name: str) -> bool:
    words = (word.strip("`'\",.:;()") for word in told.split())
    return any(found[1].lower() == name for word in words if (found := NAME.match(word.replace("_", "-"))))


def _belongs(path: PurePosixPath) -> bool:
    if path.parts[0] in (SCRIPTS, ".lock") or "__pycache__" in path.parts:
        return False
    return not (path.parts[0].endswith(".dist-info") and path.name in NOTES)


def _distribution(folder: str) -> str:
    name, _, version = folder.removesuffix(".dist-info").partition("-")
    return f"{name.replace('_', '-').lower()}=={version}"


def counted(count: int, what: str) -> str:
    """A number of things in words: ``1 file``, ``2 files``."""
    return f"{count} {what}{'' if count == 1 else 's'}"
