"""Raises events for an instance of a deployed app, one after the other, until it is killed or done.

    python -m tests.processes.raiser URL KEY INSTANCE LAST DONE

DONE is a file with the number of the last event that was acknowledged. Started again, the raiser cannot know whether
the next ones have arrived, so it begins a little before. It prints a line when it begins.
"""

import asyncio
import sys
from pathlib import Path

from portable_faas import connect
from tests.processes.stateful_target import app

AGAIN = 1  # events that are raised once more after a death


async def run(url: str, key: str, instance_id: str, last: int, done: Path) -> None:
    async with connect(app, on="azure", url=url, key=key) as client:
        handle = await client.find(instance_id)
        acknowledged = int(done.read_text()) if done.exists() else 0
        print("begin", flush=True)
        for number in range(max(1, acknowledged - AGAIN), last + 1):
            await handle.raise_event("n", number % last, id=str(number))  # the last one is 0
            done.with_suffix(".new").write_text(str(number))
            done.with_suffix(".new").replace(done)


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), Path(sys.argv[5])))
