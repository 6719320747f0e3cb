"""Kill -9 of who raises events, at random moments: each event arrives, in its order, and counts once."""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from tests.processes.azure_process import Running, asked, built
from tests.processes.stateful_target import app

MODULE = "tests.processes.raiser"
ROOT = Path(__file__).parent.parent.parent
LAST = 40  # events of one instance


def raise_until_killed(host: Running, name: str, done: Path, moment: float) -> bool:
    """Whether the raiser died before it was done."""
    command = [sys.executable, "-m", MODULE, host.url, host.key, name, str(LAST), str(done)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"begin\n"
        try:
            process.wait(timeout=moment)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert process.returncode in (0, -signal.SIGKILL)
        return process.returncode != 0


def one_instance(host: Running, name: str, place: Path, kills: int, moments: random.Random, heard: int) -> int:
    """Raise the events of a new instance, with up to ``kills`` deaths among them; gives how many there were."""
    started = asked("POST", host.api(f"orchestrators/listens/{name}"), json.dumps(json.dumps([[]])))
    assert started.status == 202
    died, done = 0, place / name
    while died < kills and raise_until_killed(host, name, done, moments.uniform(0, 0.6)):
        died += 1
    assert not raise_until_killed(host, name, done, 30)
    record = asked("POST", host.tested(f"wait/{name}")).body
    assert json.loads(record[4]) == [*range(1, LAST), heard + LAST - 1]
    return died


def many(place: Path, azurite: str, kills: int) -> str:
    """Kill raisers ``kills`` times in all, over as many instances as that takes. Says how many."""
    moments = random.Random(os.environ.get("PFAAS_SEED", "1"))
    died, runs = 0, 0
    with Running(built(app, place / "app", f"raised{uuid4().hex[:12]}"), azurite) as host:
        host.ready()
        while died < kills:
            died += one_instance(host, f"run{runs}", place, kills - died, moments, runs * (LAST - 1))
            runs += 1
        assert asked("POST", host.tested("drop")).status == 200
    return f"killed {died} raisers of {runs} instances"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_kill_5_times(tmp_path: Path, azurite: str) -> None:
    many(tmp_path, azurite, 5)


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_kill_50_times(tmp_path: Path, azurite: str, figures: Callable[[str], None]) -> None:
    figures(many(tmp_path, azurite, 50))
