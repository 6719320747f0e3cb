"""Prints what the command line and a build cost, as processor time of the process and its children.

    python bench/build.py

The smallest of interleaved runs, in milliseconds. The budget for the start of the command line is 150; what it loads is
counted by tests/test_architecture.py. The build is of a program without requirements, for a platform of no cloud.
"""

import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
APP: Final = """
from portable_faas import App, Context

app = App("bench")


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def twice(ctx: Context, n: int) -> int:
    return await double(await double(n))
"""
BUILD: Final = """
from pathlib import Path
from portable_faas.configuration import configuration
from portable_faas.package import LINUX, Recipe, archive, pack
from portable_faas.provider import Target
import sys
from app import app
python = "%d.%d" % sys.version_info[:2]
recipe = Recipe("nowhere", (python,), LINUX, ["portable_faas.replay"], lambda project: {}, "/srv")
archive(pack(app, Target(configuration(), python, Path("dist")), recipe, lambda told: None).files)
"""
COMMANDS: Final = {
    "a bare interpreter": ["-c", "pass"],
    "pfaas --version": ["-m", "portable_faas", "--version"],
    "pfaas check": ["-m", "portable_faas", "check", "app:app"],
    "a package without requirements": ["-c", BUILD],
}
ROUNDS: Final = 7


def milliseconds(words: list[str], folder: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}", "PYTHONPYCACHEPREFIX": f"{folder}/pyc"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run([sys.executable, *words], cwd=folder, env=environment, capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "app.py").write_text(APP)
        for words in COMMANDS.values():
            milliseconds(words, folder)  # makes the bytecode
        taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
        for _ in range(ROUNDS):
            for name, words in COMMANDS.items():
                taken[name].append(milliseconds(words, folder))
    for name, values in taken.items():
        print(f"  {name:<58}{min(values):>8.1f} ms")


if __name__ == "__main__":
    main()
