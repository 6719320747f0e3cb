"""The sizes of the code, and what the run-time modules load; the layers are checked by lint-imports."""

import ast
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from portable_faas.syntax import parse

ROOT = Path(__file__).parent.parent
PRODUCT = [
    *(ROOT / "portable_faas").rglob("*.py"),
    *(ROOT / "providers").glob("*/src/**/*.py"),
    *(ROOT / "infra/src").rglob("*.py"),
]
PRODUCT = [path for path in PRODUCT if ".venv" not in path.parts and "scenarios" not in path.parts]
RUN_TIME = ["portable_faas", "portable_faas.replay", "portable_faas.history"]
HEAVY = {
    "inspect",
    "dataclasses",
    "asyncio",
    "logging",
    "decimal",
    "uuid",
    "pydantic",
    "boto3",
    "typer",
    "rich",
    "sqlite3",
}


def lengths(path: Path) -> list[int]:
    """The lines of each function of a file, its docstring left out."""
    found = []
    for node in ast.walk(parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            doc = node.body[0] if ast.get_docstring(node) else None
            documented = (doc.end_lineno or doc.lineno) - doc.lineno + 1 if doc else 0
            found.append((node.end_lineno or node.lineno) - node.lineno + 1 - documented)
    return found


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_over_500_lines_and_no_function_over_60(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 500
    assert max(lengths(path), default=0) <= 60


def test_the_median_function_has_at_most_8_lines() -> None:
    assert statistics.median(length for path in PRODUCT for length in lengths(path)) <= 8


@pytest.mark.parametrize("path", PRODUCT, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_does_and_has_a_telling_name(path: Path) -> None:
    assert ast.get_docstring(parse(path.read_text("utf-8")))
    assert path.stem not in {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}


def test_the_command_line_starts_without_an_engine() -> None:
    code = "import sys, portable_faas.cli.main; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())
    layers = ("compiler", "local", "client", "package", "manifest", "provider", "testing", "configuration")
    assert not loaded & {"asyncio", "rich", "zipfile", *(f"portable_faas.{layer}" for layer in layers)}


def test_the_run_time_part_loads_nothing_heavy() -> None:
    code = f"import sys; old = set(sys.modules); import {', '.join(RUN_TIME)}; print(*sorted(set(sys.modules) - old))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())
    assert "portable_faas.replay" in loaded
    assert not loaded & HEAVY


def test_no_bench_hides_a_module_of_the_standard_library() -> None:
    """A file of bench/ is run by its path, so its folder is searched first."""
    names = {path.stem for path in (ROOT / "bench").glob("*.py")}
    assert not names & sys.stdlib_module_names
