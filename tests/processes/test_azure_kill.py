"""Kill -9 of the host process at random moments: nothing is lost, nothing is recorded twice, no timer comes late."""

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from uuid import uuid4

import pytest
from portable_faas_azure.emulator.history import EventType

from portable_faas.history import EPOCH, MILLISECOND
from tests.processes.azure_process import Running, asked, built
from tests.processes.azure_target import app

ROUNDS = 8
EXPECTED = sum((n * 10 + i) ** 2 for n in range(ROUNDS) for i in range(5)) + sum(range(ROUNDS))


def started(host: Running) -> None:
    """Start the instance, unless an earlier host has it."""
    status = asked("POST", host.api("orchestrators/main/one"), json.dumps(json.dumps(ROUNDS))).status
    assert status in (202, 409)


def waits(host: Running) -> None:
    """Let virtual time go on until the end, or until the host is gone."""
    try:
        asked("POST", host.tested("wait/one"))
    except (URLError, ConnectionError, OSError):
        return


def kill_once(folder: Path, azurite: str, moments: random.Random) -> bool:
    """Whether a host died under the instance; it had ended before if not."""
    with Running(folder, azurite) as host:
        host.ready()
        known = asked("GET", host.api("instances/one"))
        if known.status == 200:
            return False
        started(host)
        waiter = threading.Thread(target=waits, args=(host,))
        waiter.start()
        time.sleep(moments.uniform(0, 0.25))
        host.process.send_signal(signal.SIGKILL)
        host.process.wait()
        waiter.join(timeout=30)
        return not waiter.is_alive()


def check_end(folder: Path, azurite: str) -> None:
    with Running(folder, azurite) as host:
        host.ready()
        started(host)
        assert asked("POST", host.tested("wait/one")).status == 200
        record = asked("GET", host.tested("records/one")).body
        history = asked("GET", host.tested("contexts/one")).body["history"]
        assert asked("POST", host.tested("drop")).status == 200
    assert json.loads(record[4]) == EXPECTED
    ran = set((folder / "runs").read_text().splitlines())
    squares = {f"square {n * 10 + i}" for n in range(ROUNDS) for i in range(5)}
    assert ran == squares | {f"add {n}" for n in range(ROUNDS)}
    ended = Counter(event.get("TaskScheduledId", event.get("TimerId")) for event in history)
    del ended[None]
    assert len(ended) == ROUNDS * 7
    assert set(ended.values()) == {1}
    fired = [event for event in history if event["EventType"] == EventType.TIMER_FIRED]
    assert len(fired) == ROUNDS
    # Each round waits an hour of virtual time: a timer that was lost or set anew would make it longer.
    assert record[8] - record[7] == ROUNDS * 3600 * 1000
    moments = [event["Timestamp"] for event in history if event["EventType"] == EventType.ORCHESTRATOR_STARTED]
    assert moments == sorted(moments)
    assert (EPOCH + record[8] * MILLISECOND).isoformat()[:19] == moments[-1][:19]


def many(place: Path, azurite: str, kills: int) -> str:
    """Kill ``kills`` times in all, over as many instances as that takes; each must end right. Says how many."""
    moments = random.Random(os.environ.get("PFAAS_SEED", "1"))
    died, runs = 0, 0
    while died < kills:
        runs += 1
        folder = built(app, place / str(runs), f"killed{uuid4().hex[:12]}")
        while died < kills and kill_once(folder, azurite, moments):
            died += 1
        check_end(folder, azurite)
    return f"killed {died} times over {runs} runs"


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_kill_5_times(tmp_path: Path, azurite: str) -> None:
    many(tmp_path, azurite, 5)


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_kill_50_times(tmp_path: Path, azurite: str, figures: Callable[[str], None]) -> None:
    figures(many(tmp_path, azurite, 50))
