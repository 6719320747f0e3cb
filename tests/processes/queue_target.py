"""An app whose functions kill their process in the middle of their work, as kill -9 does."""

import os
import signal

from portable_faas import App
from portable_faas.testing.scratch import counted, tally

app = App("killed_queue")
jobs = app.queue("jobs", str, attempts=5, retry_after=0)
done = app.bucket("done")


@app.post("/jobs/{name}", auth="anonymous", status=204)
async def send(name: str) -> None:
    await jobs.send(name)


@app.on_message(jobs, idempotent_by=lambda name: name)
async def work(name: str) -> None:
    first = tally(f"begun {name}") == 1
    await done.put(f"{name}.txt", b"half")
    if name.startswith("deadly") or (name.startswith("once") and first):
        os.kill(os.getpid(), signal.SIGKILL)
    await done.put(f"{name}.txt", b"whole")
    tally(f"ended {name}")


def counts(name: str) -> tuple[int, int]:
    """How often a job was begun, and ended."""
    return counted(f"begun {name}"), counted(f"ended {name}")
