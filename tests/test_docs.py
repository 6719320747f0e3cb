"""The documentation runs: Python blocks, files, commands and the output shown below them."""

import os
import re
import subprocess
import sys
from pathlib import Path
from subprocess import PIPE, STDOUT
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md")), *sorted(ROOT.glob("examples/*/README.md"))]
BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
GENERATED = {
    "api.md",
    "cli.md",
    "diagnostics.md",
    "manifest.md",
}  # the programs of the last are run by the tests of the checker


class Block(NamedTuple):
    """A fenced block: its language, the file it belongs to, and its text."""

    language: str
    file: str
    text: str


def blocks(page: Path) -> list[Block]:
    return [Block(*(part or "" for part in found.groups())) for found in BLOCK.finditer(page.read_text("utf-8"))]


def run(command: list[str], folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # A newcomer has no pytest-asyncio, which warns where it finds no setting.
    environment = {**os.environ, "PATH": path, "PYTEST_ADDOPTS": "-p no:asyncio -p no:cacheprovider"}
    environment["XDG_CACHE_HOME"] = str(ROOT / ".make" / "cache")
    for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
        environment.pop(name, None)  # a make inside a make announces its folders
    done = subprocess.run(
        command, cwd=folder, stdout=PIPE, stderr=STDOUT, text=True, env=environment, timeout=280, check=False
    )
    return done.stdout


def same(shown: str, seen: str) -> bool:
    """Whether the output is as shown; `...` stands for anything within a line."""
    pattern = re.escape(shown.strip()).replace(r"\.\.\.", ".*")
    return re.fullmatch(pattern, "\n".join(line.rstrip() for line in seen.strip().splitlines())) is not None


def check_console(block: Block, folder: Path) -> None:
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        seen = run(["bash", "-c", command], ROOT if command.startswith("make") else folder)
        assert same(shown, seen), f"$ {command}\n{seen}"


@pytest.mark.timeout(300)  # `make demo` ends with two deployments
@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in GENERATED], ids=lambda page: page.stem)
def test_page(page: Path, tmp_path: Path) -> None:
    folder = page.parent if "examples" in page.parts else tmp_path
    script = ""
    output = ""
    for block in blocks(page):
        if block.file:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text((path.read_text() + "\n\n" if path.exists() else "") + block.text)
        elif block.language == "python":
            script += block.text + "\n"
            (tmp_path / "script.py").write_text(script)
            output = run([sys.executable, "-W", "error", "script.py"], tmp_path)
            assert "Traceback" not in output, output
        elif block.language == "text":
            assert same(block.text, output), output
        elif block.language == "console":
            check_console(block, folder)


@pytest.mark.parametrize("name", sorted(GENERATED))
def test_generated_pages_are_current(name: str) -> None:
    seen = run([sys.executable, "-c", f"import sys, render; sys.stdout.write(render.PAGES[{name!r}]())"], ROOT / "docs")
    assert seen == (ROOT / "docs" / "reference" / name).read_text("utf-8"), "run: make docs"


def test_every_link_leads_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
