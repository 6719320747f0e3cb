"""Kill -9 at random moments of a real process over a real file: nothing recorded is lost, nothing is recorded twice."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from portable_faas.local.store import Store

TARGET = Path(__file__).with_name("kill_target.py")
ROUNDS = 50
EXPECTED = sum((n * 10 + i) ** 2 for n in range(ROUNDS) for i in range(5)) + sum(range(ROUNDS * 4))


def start(store: Path, runs: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, str(TARGET), str(store), str(runs)], stdout=subprocess.PIPE, text=True)


def kill_until_done(folder: Path, kills: int, random_moment: random.Random) -> int:
    """Start the program and kill it ``kills`` times, then let it end; gives how often it really died."""
    store, runs = folder / "store.db", folder / "runs"
    died = 0
    for _ in range(kills):
        process = start(store, runs)
        before = runs.stat().st_size if runs.exists() else 0
        while process.poll() is None and (runs.stat().st_size if runs.exists() else 0) == before:
            time.sleep(0.001)  # dying while Python starts proves nothing
        time.sleep(random_moment.uniform(0, 0.03))
        process.send_signal(signal.SIGKILL)
        out, _ = process.communicate(timeout=60)
        if process.returncode == -signal.SIGKILL:
            died += 1
        else:
            assert json.loads(out) == EXPECTED
            break
    return died


def check_end(folder: Path) -> None:
    store, runs = folder / "store.db", folder / "runs"
    out, _ = start(store, runs).communicate(timeout=120)
    assert json.loads(out) == EXPECTED
    ran = Counter(runs.read_text().splitlines())
    assert set(ran) == {f"square {n * 10 + i}" for n in range(ROUNDS) for i in range(5)} | {
        f"add {n}" for n in range(ROUNDS * 4)
    }
    opened = Store(str(store))
    history = opened.history("one")
    opened.close()
    ended = Counter(event.step for event in history if event.completing)
    assert len(ended) == ROUNDS * (5 + 1 + 4)
    assert set(ended.values()) == {1}


def many(folder: Path, kills: int) -> int:
    """Kill ``kills`` times in all, over as many runs as that takes; each run must end right."""
    random_moment = random.Random(os.environ.get("PFAAS_SEED", "1"))
    died, run = 0, 0
    while died < kills:
        run += 1
        place = folder / str(run)
        place.mkdir()
        died += kill_until_done(place, kills - died, random_moment)
        check_end(place)
    return died


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_kill_10_times(tmp_path: Path) -> None:
    assert many(tmp_path, 10) == 10


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_kill_200_times(tmp_path: Path) -> None:
    assert many(tmp_path, 200) == 200
