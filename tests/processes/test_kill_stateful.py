"""Kill -9 of the embedded engine and its raiser under stateful programs: nothing is lost, nothing counts twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.processes.kill_stateful import INSTANCES, ROUNDS

MODULE = "tests.processes.kill_stateful"
ROOT = Path(__file__).parent.parent.parent
TOTAL = sum(2 * n for n in range(1, ROUNDS + 1)) + sum(range(1, ROUNDS + 1))


def start(folder: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", MODULE, str(folder / "store.db"), str(folder / "runs")]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def size(folder: Path) -> int:
    """How much the store has written; it grows with every commit."""
    found = folder / "store.db-wal"
    return found.stat().st_size if found.exists() else 0


def kill_once(folder: Path, moments: random.Random) -> bool:
    """Whether the engine died under its instances; they had ended before if not."""
    process, before = start(folder), size(folder)
    while process.poll() is None and size(folder) == before:
        time.sleep(0.001)  # dying while Python starts proves nothing
    time.sleep(moments.uniform(0, 0.2))
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    return process.returncode == -signal.SIGKILL


def check_end(folder: Path) -> None:
    out, _ = start(folder).communicate(timeout=120)
    ends, mine = json.loads(out)
    assert [total for total, _, _ in ends] == [TOTAL] * len(INSTANCES)
    assert max(common for _, _, common in ends) == len(INSTANCES) * ROUNDS
    assert mine == len(INSTANCES) * ROUNDS * 11
    assert set((folder / "runs").read_text().splitlines()) == {f"add {n}" for n in range(1, ROUNDS + 1)}


def many(place: Path, kills: int) -> str:
    """Kill ``kills`` times in all, over as many runs as that takes; each must end right. Says how many."""
    moments = random.Random(os.environ.get("PFAAS_SEED", "1"))
    died, runs = 0, 0
    while died < kills:
        runs += 1
        folder = place / str(runs)
        folder.mkdir()
        while died < kills and kill_once(folder, moments):
            died += 1
        check_end(folder)
    return f"killed {died} times over {runs} runs"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_kill_5_times(tmp_path: Path) -> None:
    many(tmp_path, 5)


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_kill_50_times(tmp_path: Path, figures: Callable[[str], None]) -> None:
    figures(many(tmp_path, 50))
