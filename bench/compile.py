"""Prints what compiling for AWS costs and what the command line takes to start, and where that time goes.

    python -m bench.compile [--profile]

Compiling is the flow of an orchestrator, its state machine and its generated functions, in a process that has done it
before: the median of interleaved runs, in milliseconds of processor time, for every flow scenario and example; the
budget is 5 per orchestrator. The command line: the smallest of interleaved runs, in milliseconds of user time of the
process and its children, bytecode at hand; the budget is 150.
"""

import cProfile
import os
import pstats
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import Final

from portable_faas_aws.lowering.machine import machine
from portable_faas_aws.lowering.placement import DEFAULT

from examples.monitor.app import app as monitor
from examples.orders.app import app as orders
from examples.word_count.app import app as words
from portable_faas.app import App
from portable_faas.compiler.flows import program
from portable_faas.compiler.steps import module_text
from portable_faas.testing.conformance.discovery import discover

ROOT: Final = Path(__file__).parent.parent
PARTS: Final = ("flow", "machine", "steps")
ROUNDS: Final = 9
COMPILE_BUDGET: Final = 5.0
START_BUDGET: Final = 150.0
SHOWN: Final = 8
COMMANDS: Final = {
    "a bare interpreter": ["-c", "pass"],
    "pfaas --version": ["-m", "portable_faas", "--version"],
    "pfaas check of orders": ["-m", "portable_faas", "check", "app:app"],
    "pfaas build of orders on aws": ["-m", "portable_faas", "build", "app:app", "--on", "aws", "--out"],
}


def compile_times(app: App) -> tuple[float, ...]:
    """Milliseconds for each of ``PARTS``."""
    times = [time.process_time()]
    made = program(app)
    times.append(time.process_time())
    for name, _ in made.orchestrators:
        machine(made, name, DEFAULT)
    times.append(time.process_time())
    for module in dict.fromkeys(flow.module for flow in made.flows):
        module_text(made, module)
    times.append(time.process_time())
    return tuple((after - before) * 1000 for before, after in pairwise(times))


def compiling() -> None:
    apps = {scenario.name: scenario.app for scenario in discover("flow")}
    apps |= {"orders": orders, "monitor": monitor, "word_count": words}
    taken: dict[str, list[tuple[float, ...]]] = {name: [compile_times(app)] for name, app in apps.items()}
    for runs in taken.values():
        runs.clear()  # the first one was to warm up
    for _ in range(ROUNDS):
        for name, app in apps.items():
            taken[name].append(compile_times(app))
    medians = {
        name: statistics.median(sum(run) for run in runs) / len(apps[name].orchestrators)
        for name, runs in taken.items()
    }
    print(f"compile of one orchestrator, of {len(apps)} programs (budget {COMPILE_BUDGET:g} ms)")
    row("median of the programs", statistics.median(medians.values()))
    over = sum(value > COMPILE_BUDGET for value in medians.values())
    print(f"  {'programs over the budget':<58}{over:>8}")
    for name in sorted(medians, key=lambda name: -medians[name])[:SHOWN]:
        parts = [statistics.median(part) for part in zip(*taken[name], strict=True)]
        shown = ", ".join(f"{part} {value:.2f}" for part, value in zip(PARTS, parts, strict=True))
        row(name, medians[name], shown)


def starting() -> None:
    print(f"start of the command line, user time (budget {START_BUDGET:g} ms)")
    with tempfile.TemporaryDirectory() as folder:
        taken: dict[str, list[float]] = {name: [user_time(words, folder)] for name, words in COMMANDS.items()}
        for values in taken.values():
            values.clear()  # the first one made the bytecode
        for _ in range(ROUNDS):
            for name, words in COMMANDS.items():
                taken[name].append(user_time(words, folder))
    for name, values in taken.items():
        row(name, min(values))


def command(words: list[str], folder: str) -> list[str]:
    return [*words, f"{folder}/out"] if words[-1] == "--out" else words


def user_time(words: list[str], folder: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    run([sys.executable, *command(words, folder)], folder)
    return (resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before) * 1000


def run(words: list[str], folder: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": f"{folder}/pyc"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    there = ROOT / "examples/orders"
    return subprocess.run(words, cwd=there, env=environment, capture_output=True, text=True, check=True)


def profile() -> None:
    """Which functions compiling spends its time in, and which imports the command line."""
    profiler = cProfile.Profile()
    compile_times(orders)
    with profiler:
        for _ in range(50):
            compile_times(orders)
    print("compile of orders, 50 times")
    pstats.Stats(profiler).sort_stats("tottime").print_stats(20)
    with tempfile.TemporaryDirectory() as folder:
        for name, words in COMMANDS.items():
            run([sys.executable, *command(words, folder)], folder)
            print(name)
            imports(run([sys.executable, "-X", "importtime", *command(words, folder)], folder).stderr)


def imports(text: str) -> None:
    """The packages with the greatest sums of what their modules take themselves, in milliseconds."""
    sums: dict[str, int] = defaultdict(int)
    for own, module in re.findall(r"^import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)$", text, re.MULTILINE):
        parts = module.split(".")
        sums[".".join(parts[: 2 if parts[0].startswith("portable_faas") else 1])] += int(own)
    for package in sorted(sums, key=lambda package: -sums[package])[:SHOWN]:
        row(package, sums[package] / 1000)


def row(name: str, value: float, rest: str = "") -> None:
    print(f"  {name:<58}{value:>8.2f} ms   {rest}".rstrip(), flush=True)


if __name__ == "__main__":
    compiling()
    starting()
    if "--profile" in sys.argv:
        profile()
