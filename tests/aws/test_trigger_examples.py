"""The tests of the examples with triggers pass on the emulated AWS as they do on this machine, deployed or not."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "example",
    [
        pytest.param("todo_api", marks=pytest.mark.full),
        pytest.param("async_http", marks=pytest.mark.full),
        pytest.param("nightly_report", marks=pytest.mark.slow),
        pytest.param("thumbnails", marks=pytest.mark.slow),
    ],
)
def test_an_example_passes_on_aws(example: str) -> None:
    check(example)


@pytest.mark.parametrize(
    "example",
    [
        pytest.param("todo_api", marks=pytest.mark.slow),
        pytest.param("async_http", marks=pytest.mark.full),
        pytest.param("nightly_report", marks=pytest.mark.full),
        pytest.param("thumbnails", marks=pytest.mark.full),
    ],
)
def test_an_example_passes_on_what_was_deployed(example: str) -> None:
    check(example, "--deployed")


def check(example: str, *how: str) -> None:
    """Its test file passes."""
    place = [f"examples/{example}", "--on", "aws", *how]
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *place]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert ran.returncode == 0, ran.stdout[-3000:]
