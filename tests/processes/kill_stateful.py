"""Runs the stateful app on the embedded engine over a real file, and raises its events, until all is done.

    python -m tests.processes.kill_stateful STORE RUNS     prints the results as JSON

Started again after a death it goes on: what was started is not started anew, every event is raised again by its id.
"""

import asyncio
import json
import os
import sys
from contextlib import suppress

from portable_faas import connect
from portable_faas.client import Client
from portable_faas.errors import InstanceFinished
from tests.processes.azure_target import RUNS
from tests.processes.stateful_target import Tally, app, stateful

ROUNDS = 6
PAUSE = 2  # milliseconds
INSTANCES = ("one", "two")


async def one(client: Client, name: str) -> list[int]:
    handle = await client.start(stateful, [ROUNDS, 0, PAUSE], instance_id=name, if_exists="return")
    for value in range(1, ROUNDS + 1):
        for _ in range(2):
            with suppress(InstanceFinished):
                await handle.raise_event("go", value, id=str(value))
    return await handle.result()


async def found(client: Client, name: str) -> list[int]:
    """The result of an instance; one that has ended must not be started again."""
    ended = await client.list(prefix=name, status="Completed")
    return list(ended[0].output) if ended else await one(client, name)


async def run(path: str) -> None:
    async with connect(app, path=path) as client:
        ends = await asyncio.gather(*[found(client, name) for name in INSTANCES])
        mine = (await client.entity(Tally, "mine").read()).value
        print(json.dumps([ends, mine]), flush=True)


if __name__ == "__main__":
    os.environ[RUNS] = sys.argv[2]
    asyncio.run(run(sys.argv[1]))
