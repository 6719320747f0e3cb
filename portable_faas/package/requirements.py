"""Reads which distributions a program needs: ``[project].dependencies``, or ``requirements.txt`` where there are none.

dependencies = ["portable-faas[azure]", "httpx>=0.27"]   ->   httpx>=0.27  (pyproject.toml:4)
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, final

from portable_faas.package.problem import PackageError

NAME: Final = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")  # PEP 508
OURS: Final = "portable-faas"


@final
class Requirement(NamedTuple):
    """One requirement as it is written, and where; an adapter's own has no line."""

    text: str
    file: str
    line: int | None = None

    @property
    def name(self) -> str:
        """The distribution's name in its normal form (PEP 503); empty for a bare URL."""
        found = NAME.match(self.text)
        return re.sub(r"[-_.]+", "-", found[1]).lower() if found else ""

    @property
    def place(self) -> str:
        """``file:line``."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


def requirements_of(root: Path) -> list[Requirement]:
    """What the program in ``root`` needs besides portable_faas, whose modules are packed by themselves."""
    found = _of_project(root / "pyproject.toml")
    if found is None:
        found = list(_of_list(root / "requirements.txt"))
    return _foreign(found)


def own_requirements(distribution: str, extra: str | None = None) -> list[Requirement]:
    """What an adapter needs at run time: the requirements of its distribution and of one ``extra``, without us."""
    from importlib.metadata import requires

    found = [text.partition("; extra == ") for text in requires(distribution) or ()]
    texts = [text for text, _, of in found if not of or of.strip("'\"") == extra]
    return _foreign(Requirement(text, distribution) for text in texts if "extra ==" not in text)


def _foreign(found: Iterable[Requirement]) -> list[Requirement]:
    return [one for one in found if not (one.name == OURS or one.name.startswith(f"{OURS}-"))]


def uv_settings(root: Path) -> dict[str, Any]:
    """What ``[tool.uv]`` says: where requirements come from."""
    settings: dict[str, Any] = _document(root / "pyproject.toml").get("tool", {}).get("uv", {})
    return settings


def project_version(root: Path) -> str | None:
    """``[project].version``, where it is written down."""
    version = _document(root / "pyproject.toml").get("project", {}).get("version")
    return version if isinstance(version, str) else None


def _of_project(path: Path) -> list[Requirement] | None:
    texts = _document(path).get("project", {}).get("dependencies")
    if texts is None:
        return None
    lines = _text(path).splitlines()
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise PackageError(f"{path.name}: [project].dependencies is a list of texts")
    return [Requirement(text, path.name, _line_of(text, lines)) for text in texts]


def _line_of(text: str, lines: list[str]) -> int:
    """Where a requirement stands; TOML readers do not tell."""
    quoted = (f'"{text}"', f"'{text}'")
    return next((number for number, line in enumerate(lines, 1) if any(one in line for one in quoted)), 1)


def _of_list(path: Path) -> Iterator[Requirement]:
    """The logical lines of a requirements file; a line that ends with a backslash goes on in the next."""
    start, text = 0, ""
    for number, line in enumerate(_text(path).splitlines() if path.is_file() else (), 1):
        start = start if text else number
        text += re.sub(r"(^|\s)#.*", "", line).strip()
        if text.endswith("\\"):
            text = text[:-1]
            continue
        if text.startswith("-"):
            raise PackageError(
                f"{path.name}:{start}: {text.split()[0]} is not followed; write the requirements themselves"
            )
        if text:
            yield Requirement(text, path.name, start)
        text = ""


def _document(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_text(path)) if path.is_file() else {}
    except tomllib.TOMLDecodeError as wrong:
        raise PackageError(f"{path.name}: not TOML: {wrong}") from wrong


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as wrong:
        raise PackageError(f"cannot read {path.name}: {wrong.strerror or wrong}") from wrong
    except UnicodeDecodeError as wrong:
        raise PackageError(f"{path.name}: not UTF-8 at byte {wrong.start}") from wrong
