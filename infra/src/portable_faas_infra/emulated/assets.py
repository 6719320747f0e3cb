"""Pulumi's assets and archives as bytes; a zip depends on the names and contents in it only.

AssetArchive({"a/b.txt": StringAsset("hello")})   ->   a zip with a/b.txt
"""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pulumi

from portable_faas.errors import NotSupported

EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can hold
ASSETS: Final = (pulumi.Asset, pulumi.Archive)


def content(asset: Any) -> bytes:
    """What an asset or archive holds; a zip file that stands alone stays as it is. Raises ``FileNotFoundError``."""
    if isinstance(asset, pulumi.StringAsset):
        return asset.text.encode()
    if isinstance(asset, pulumi.FileAsset) or (isinstance(asset, pulumi.FileArchive) and Path(asset.path).is_file()):
        return Path(asset.path).read_bytes()
    if isinstance(asset, pulumi.AssetArchive | pulumi.FileArchive):
        return _zip(dict(_files(asset, "")))
    raise NotSupported(f"the emulated deploy does not fetch a {type(asset).__name__}; give a file")


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name], zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _files(node: Any, place: str) -> Iterator[tuple[str, bytes]]:
    if isinstance(node, pulumi.AssetArchive):
        for name, part in node.assets.items():  # "." stands for the place itself
            yield from _files(part, place if name == "." else f"{place}/{name}".strip("/"))
    elif isinstance(node, pulumi.FileArchive):
        for name, data in _unpacked(Path(node.path)):
            yield f"{place}/{name}".strip("/"), data
    else:
        yield place, content(node)


def _unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        for file in path.rglob("*"):
            if file.is_file():
                yield file.relative_to(path).as_posix(), file.read_bytes()
        return
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.endswith("/"):
                yield name, archive.read(name)
