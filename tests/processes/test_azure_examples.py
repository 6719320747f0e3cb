"""The examples with triggers pass their own tests on the emulated Azure, built and deployed, as on this machine."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = ("async_http", "nightly_report", "thumbnails", "todo_api")


@pytest.mark.full
@pytest.mark.usefixtures("azurite")
@pytest.mark.parametrize("how", [(), ("--deployed",)], ids=["built", "deployed"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_on_azure(name: str, how: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--on", "azure", *how]
    command += ["--timeout", "300", f"examples/{name}/test_app.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout
