"""Reads and writes ``manifest.json``; a wrong one gives one message that names the file, the place and the problem."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, final

from portable_faas.errors import PortableFaasError
from portable_faas.manifest.data import SCHEMA_VERSION, Manifest
from portable_faas.manifest.layout import MANIFEST
from portable_faas.manifest.shape import Misfit, shown

FILE: Final = "manifest.json"


@final
class ManifestError(PortableFaasError):
    """A manifest that cannot be used; ``file`` names it, ``place`` says where in it, ``problem`` what is wrong."""

    def __init__(self, file: str, place: str, problem: str) -> None:
        super().__init__(f"{file}: {place}: {problem}" if place else f"{file}: {problem}")
        self.file = file
        self.place = place
        self.problem = problem


def render(manifest: Manifest) -> str:
    """The text of ``manifest.json``; the same bytes for equal manifests."""
    return json.dumps({"schema": SCHEMA_VERSION, **_plain(manifest)}, ensure_ascii=False, indent=2) + "\n"


def read(path: Path) -> Manifest:
    """The manifest at ``path``, a file or the folder that ``pfaas build`` wrote; raises ``ManifestError``."""
    file = path / FILE if path.is_dir() else path
    try:
        return parse(file.read_text("utf-8"), str(file))
    except OSError as wrong:
        raise ManifestError(str(file), "", f"cannot be read: {wrong.strerror or wrong}") from wrong
    except UnicodeDecodeError as wrong:
        raise ManifestError(str(file), "", f"is not UTF-8 at byte {wrong.start}") from wrong


def parse(text: str, file: str = FILE) -> Manifest:
    """The manifest that ``text`` holds; ``file`` is its name in messages. Raises ``ManifestError``."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as wrong:
        raise ManifestError(f"{file}:{wrong.lineno}:{wrong.colno}", "", f"is not JSON: {wrong.msg}") from wrong
    except RecursionError as wrong:
        raise ManifestError(file, "", "is nested too deep") from wrong
    try:
        manifest: Manifest = MANIFEST.read(_versioned(document), "")
        _agree(manifest)
    except Misfit as wrong:
        raise ManifestError(file, wrong.path, wrong.problem) from wrong
    return manifest


def _versioned(document: Any) -> dict[str, Any]:
    """The document without its version, which must be ours."""
    if not isinstance(document, dict):
        raise Misfit("", f"is an object, not {shown(document)}")
    version = document.get("schema")
    if type(version) is not int or version != SCHEMA_VERSION:
        raise Misfit(
            "schema",
            f"is {shown(version)}, this release reads {SCHEMA_VERSION}; build the app again with this release",
        )
    return {name: value for name, value in document.items() if name != "schema"}


def _agree(manifest: Manifest) -> None:
    """What stands in several places fits together."""
    _distinct("functions", [function.name for function in manifest.functions])
    _distinct("machines", [machine.name for machine in manifest.machines])
    _distinct("packages", [package.file for package in manifest.packages])
    files = {package.file for package in manifest.packages}
    for index, function in enumerate(manifest.functions):
        if function.package not in files:
            raise Misfit(f"functions[{index}].package", f"there is no package {function.package!r}")


def _distinct(where: str, names: list[str]) -> None:
    for index, name in enumerate(names):
        if name in names[:index]:
            raise Misfit(f"{where}[{index}]", f"{name!r} is there twice")


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        fields = getattr(value, "_fields", None)
        if fields is None:
            return [_plain(item) for item in value]
        return {name: _plain(item) for name, item in zip(fields, value, strict=True)}
    return {name: _plain(value[name]) for name in sorted(value)} if isinstance(value, Mapping) else value
