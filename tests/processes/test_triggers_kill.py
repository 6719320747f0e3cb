"""A process that dies while a function works: the message comes again, attempts stay counted, objects are whole."""

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import asyncio, os, sys
from pathlib import Path
from portable_faas import App
from portable_faas.local.backend import LocalBackend

app = App("killed")
jobs = app.queue("jobs", str, attempts=3, retry_after=0)
files = app.bucket("files")
LOG = Path(sys.argv[2])


def note(text):
    with LOG.open("a") as log:
        log.write(text + "\\n")


async def pieces():
    yield b"x" * 100_000
    os._exit(9)


@app.on_message(jobs)
async def work(name: str) -> None:
    note(f"begin {name}")
    if name == "deadly" or (name == "once" and LOG.read_text().count("begin once") == 1):
        os._exit(9)
    if name == "write" and LOG.read_text().count("begin write") == 1:
        await files.put("whole", pieces())
    await files.put(name, b"done")
    note(f"end {name}")


async def main(send: list[str]) -> None:
    backend = LocalBackend(app, path=sys.argv[1])
    await backend.serve()
    from portable_faas.resources.acting import running_on
    with running_on(backend.services):
        if send:
            await jobs.send_many(send)
        for _ in range(200):
            await asyncio.sleep(0.01)
            if not backend._agenda.busy and backend._depot.next_due("queue/jobs", set()) is None:
                break
        note("keys " + " ".join(info.key for info in await files.list()))
        note("dead " + " ".join(f"{letter.text} {letter.attempts}" for letter in await jobs.dead_letters()))
    await backend.close()


asyncio.run(main(sys.argv[3:]))
"""


def run(folder: Path, *send: str) -> int:
    files = [str(folder / name) for name in ("app.py", "store.db", "log")]
    command = [sys.executable, "-W", "error", *files, *send]
    return subprocess.run(command, timeout=30, check=False).returncode


def test_a_message_survives_the_death_of_its_function(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(PROGRAM)
    assert run(tmp_path, "once") == 9
    assert run(tmp_path) == 0
    log = (tmp_path / "log").read_text().splitlines()
    assert log == ["begin once", "begin once", "end once", "keys once", "dead "]


def test_a_message_that_kills_is_given_up(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(PROGRAM)
    assert [run(tmp_path, "deadly"), run(tmp_path), run(tmp_path), run(tmp_path)] == [9, 9, 9, 0]
    log = (tmp_path / "log").read_text().splitlines()
    assert log == ["begin deadly"] * 3 + ["keys ", 'dead "deadly" 3']


def test_half_an_object_is_never_seen(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(PROGRAM)
    assert run(tmp_path, "write") == 9
    assert run(tmp_path) == 0
    assert (tmp_path / "log").read_text().splitlines()[-2:] == ["keys write", "dead "]
    assert [path.name for path in (tmp_path / "store.db-buckets").iterdir()] == ["files"]
