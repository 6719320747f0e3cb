"""Puts the files of a package together from where they come, and refuses what could not be deployed."""

from collections.abc import Mapping
from typing import Final, NamedTuple, final

from portable_faas.package.problem import PackageError

MEGABYTE: Final = 1024 * 1024
LARGEST: Final = 3  # how many parts a message about the size names


@final
class Limit(NamedTuple):
    """The most bytes that a package may unpack to, and who says so."""

    bytes: int
    whose: str


UNNAMED: Final = Limit(1024 * MEGABYTE, "a build")  # the files are held in memory


def merged(parts: Mapping[str, Mapping[str, bytes]]) -> dict[str, bytes]:
    """The files of all parts, which are named for the messages; ``PackageError`` where two want one path."""
    found: dict[str, bytes] = {}
    owners: dict[str, str] = {}
    for owner, files in parts.items():
        for path, content in files.items():
            if found.get(path, content) != content:
                raise PackageError(f"{path} is in {owners[path]} and in {owner}; rename or exclude one of them")
            found[path], owners[path] = content, owner
    return dict(sorted(found.items()))


def refuse_too_large(sizes: Mapping[str, int], limit: Limit) -> None:
    """``PackageError`` with the largest parts for files that the platform would not take; ``sizes`` are by path."""
    size = sum(sizes.values())
    if size <= limit.bytes:
        return
    parts: dict[str, int] = {}
    for path, count in sizes.items():
        top = path.partition("/")[0]
        parts[top] = parts.get(top, 0) + count
    largest = sorted(parts.items(), key=lambda part: (-part[1], part[0]))[:LARGEST]
    shown = ", ".join(f"{name} {_megabytes(count)}" for name, count in largest)
    raise PackageError(
        f"the package unpacks to {_megabytes(size)}, more than the {_megabytes(limit.bytes)} that {limit.whose} takes; "
        f"the largest parts: {shown}; exclude files or leave out requirements"
    )


def sizes_of(files: Mapping[str, bytes]) -> dict[str, int]:
    """The bytes of each file."""
    return {path: len(content) for path, content in files.items()}


def unpacked(files: Mapping[str, bytes]) -> int:
    """The bytes of all files."""
    return sum(map(len, files.values()))


def _megabytes(count: int) -> str:
    return f"{count / MEGABYTE:.1f} MB"
