"""Starts a command, and again whenever a Python file below this folder changes. It polls, which works everywhere."""

import signal
import subprocess
import time
from pathlib import Path
from typing import Final

from portable_faas.cli.screen import screen

POLL: Final = 0.3  # seconds
PATIENCE: Final = 5.0  # seconds that a server may take to stop
OVER: Final = frozenset({0, 3, 130, -2, -15})  # it was stopped, or this machine lacks something: no change would help

Seen = dict[Path, int]


def supervise(command: list[str]) -> int:
    """Run ``command`` until it is stopped; its exit code."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the server is stopped with us
    folder = Path.cwd()
    seen = snapshot(folder)
    process = subprocess.Popen(command)
    try:
        while True:
            time.sleep(POLL)
            changed = snapshot(folder)
            if changed != seen:
                screen().print(f"changed: {', '.join(difference(seen, changed, folder))}; starting anew", markup=False)
                seen = changed
                stop(process)
                process = subprocess.Popen(command)
            code = process.poll()
            if code in OVER:
                return max(code or 0, 0)
    except KeyboardInterrupt:
        return 0
    finally:
        stop(process)


def snapshot(folder: Path) -> Seen:
    """When each file of the program was last written; hidden folders and environments are left out."""
    found: Seen = {}
    waiting = [folder]
    while waiting:
        for path in _inside(waiting.pop()):
            if path.is_dir():
                if not (path.name.startswith((".", "__")) or path.name == "node_modules" or _is_environment(path)):
                    waiting.append(path)
            elif path.suffix == ".py" or path.name in ("pyproject.toml", "portable.toml"):
                found[path] = _written(path)
    return found


def difference(before: Seen, after: Seen, folder: Path) -> list[str]:
    """The files that differ, by their names below ``folder``."""
    changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
    return sorted(str(path.relative_to(folder)) for path in changed)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End the process, by force if it does not listen."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _inside(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # removed meanwhile, or not ours to read
        return []


def _is_environment(folder: Path) -> bool:
    return (folder / "pyvenv.cfg").exists()


def _written(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0
