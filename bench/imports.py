"""Prints what it costs to load the run-time part, with compiled bytecode, over a bare interpreter.

    python bench/imports.py

The smallest of interleaved runs, in milliseconds of wall time; the budget is 25. Which modules are loaded is counted by
tests/test_architecture.py.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
PARTS: Final = {
    "json and datetime, which every handler loads": "import json, datetime",
    "portable_faas (declarations)": "import portable_faas",
    "portable_faas with its replay": "import portable_faas, portable_faas.replay",
}
ROUNDS: Final = 15


def milliseconds(code: str, cache: str) -> float:
    timed = f"import time; t = time.perf_counter(); {code}; print((time.perf_counter() - t) * 1000)"
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": cache, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run([sys.executable, "-c", timed], capture_output=True, text=True, check=True, env=environment)
    return float(done.stdout)


def main() -> None:
    with tempfile.TemporaryDirectory() as cache:
        taken = {name: [milliseconds(code, cache)] for name, code in PARTS.items()}
        for _ in range(ROUNDS):
            for name, code in PARTS.items():
                taken[name].append(milliseconds(code, cache))
    for name, values in taken.items():
        print(f"  {name:<58}{min(values):>8.1f} ms")


if __name__ == "__main__":
    main()
