"""schemathesis against the OpenAPI document of the todo API, served on each engine: no 5xx, nothing undocumented.

It needs `.venv-scan`, which `make full` sets up.
"""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / ".venv-scan/bin/schemathesis"
START, RUN = 120, 1500  # seconds
COUNTED = re.compile(r"(\d+) generated, (\d+) passed")


def served(process: subprocess.Popen[bytes], log: Path) -> str:
    """The origin of the server, once it answers."""
    until = time.monotonic() + START
    while time.monotonic() < until:
        found = re.search(r"on (http://127\.0\.0\.1:\d+)", log.read_text())
        if found:
            return found[1]
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def attacked(origin: str, examples: int) -> str:
    """What schemathesis says about the API; every check it has is on."""
    assert PROGRAM.exists(), "there is no .venv-scan: run `make full`, or `make .venv-scan/ready`"
    options = ["--max-examples", str(examples), "--seed", "1", "--no-color", "--checks", "all"]
    key = ["-H", "x-api-key: reports-secret"]  # a client without a rate
    command = [str(PROGRAM), "run", f"{origin}/openapi.json", *key, *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=RUN, check=False, cwd="/")
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "No issues found" in done.stdout, done.stdout[-6000:]
    return done.stdout


@pytest.mark.full
@pytest.mark.timeout(RUN + 2 * START)
def test_the_todo_api_keeps_to_its_document(engine: str, tmp_path: Path, figures: Callable[[str], None]) -> None:
    log = tmp_path / "log.txt"
    app = str(ROOT / "examples/todo_api/app.py") + ":app"
    command = [sys.executable, "-m", "portable_faas", "dev", app, "--port", "0", "--no-reload", "--on", engine]
    keys = {"WEB_KEY": "web-secret", "REPORTS_KEY": "reports-secret"}
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=tmp_path, stdout=out, stderr=out, env={**os.environ, **keys})
    try:
        told = attacked(served(process, log), examples=100 if engine == "local" else 30)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(START)
    counted = COUNTED.search(told)
    assert counted is not None
    assert int(counted[1]) == int(counted[2]) > 200
    figures(f"{engine}: {counted[0]}")
