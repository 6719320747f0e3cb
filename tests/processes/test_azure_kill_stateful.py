"""Kill -9 of the host process under stateful programs: no event, operation, child or lock is lost or counts twice."""

import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from uuid import uuid4

import pytest
from portable_faas_azure.runtime.happening import EVENT, Happening

from tests.processes.azure_process import Running, asked, built
from tests.processes.stateful_target import app

ROUNDS = 6
PAUSE = 60_000  # milliseconds of virtual time
INSTANCES = ("one", "two")
EVENTS = {str(number): number for number in range(1, ROUNDS + 1)}


def driven(host: Running, known: set[str]) -> None:
    """Start what is not known and raise every event twice; a client that has had no answer asks again."""
    for name in INSTANCES:
        given = json.dumps(json.dumps([ROUNDS, 0, PAUSE]))
        if asked("GET", host.api(f"instances/{name}")).status == 404:
            assert asked("POST", host.api(f"orchestrators/stateful/{name}"), given).status == 202
        for event_id, value in EVENTS.items():
            if f"{name} {event_id}" not in known:
                text = Happening(event_id, "go", str(value)).text()
                for _ in range(2):
                    status = asked("POST", host.api(f"instances/{name}/raiseEvent/{EVENT}"), text).status
                    assert status in (202, 410)
                known.add(f"{name} {event_id}")
    for name in INSTANCES:
        asked("POST", host.tested(f"wait/{name}"))


def kill_once(folder: Path, azurite: str, moments: random.Random, known: set[str]) -> bool:
    """Whether a host died under the instances; they had ended before if not."""

    def drive() -> None:
        try:
            driven(host, known)
        except (URLError, ConnectionError, OSError):
            return

    with Running(folder, azurite) as host:
        host.ready()
        driver = threading.Thread(target=drive)
        driver.start()
        time.sleep(moments.uniform(0, 1.5))
        done = not driver.is_alive()
        host.process.send_signal(signal.SIGKILL)
        host.process.wait()
        driver.join(timeout=30)
        assert not driver.is_alive()
        return not done


def check_end(folder: Path, azurite: str, known: set[str]) -> None:
    with Running(folder, azurite) as host:
        host.ready()
        driven(host, known)
        ends = [json.loads(asked("GET", host.tested(f"records/{name}")).body[4]) for name in INSTANCES]
        for text in ("Tally/mine",):
            kept = json.loads(asked("GET", host.api(f"entities/{text}")).body)
            assert json.loads(kept["state"]) == {"value": len(INSTANCES) * ROUNDS * 11}
            assert (kept["holder"], kept["queue"]) == ("", [])
        assert asked("POST", host.tested("drop")).status == 200
    for total, _, _ in ends:
        assert total == sum(2 * n for n in range(1, ROUNDS + 1)) + sum(EVENTS.values())
    assert max(common for _, _, common in ends) == len(INSTANCES) * ROUNDS


def many(place: Path, azurite: str, kills: int) -> str:
    """Kill ``kills`` times in all, over as many runs as that takes; each must end right. Says how many."""
    moments = random.Random(os.environ.get("PFAAS_SEED", "1"))
    died, runs = 0, 0
    while died < kills:
        runs += 1
        folder, known = built(app, place / str(runs), f"stateful{uuid4().hex[:12]}"), set[str]()
        while died < kills and kill_once(folder, azurite, moments, known):
            died += 1
        check_end(folder, azurite, known)
    return f"killed {died} times over {runs} runs"


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_kill_5_times(tmp_path: Path, azurite: str) -> None:
    many(tmp_path, azurite, 5)


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_kill_50_times(tmp_path: Path, azurite: str, figures: Callable[[str], None]) -> None:
    figures(many(tmp_path, azurite, 50))
