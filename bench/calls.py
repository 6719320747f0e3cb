"""Prints what one call of a function costs in each cloud's handler, in CPU microseconds, beside its peers.

    python -m bench.calls [--runs 5]

Every contender is a process of its own, decoding and encoding by the platform's own means included; the runs are
interleaved and the median counts. ``over bare`` is what is ours: the budget is 12 us. Peers that are not installed are
named; `make bench` installs them into .venv-bench.
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from bench.handlers import ON_AWS, ON_AZURE, ROUTES

ROOT: Final = Path(__file__).parent.parent
CALLS: Final = 4000
CLOUDS: Final[dict[str, dict[str, Any]]] = {"aws": ON_AWS, "azure": ON_AZURE}
BARE: Final = "bare handler"


def called(call: Any) -> float:
    """Microseconds of CPU time per call."""
    for _ in range(CALLS // 10):
        call()
    started = time.process_time()
    for _ in range(CALLS):
        call()
    return (time.process_time() - started) / CALLS * 1e6


async def awaited(call: Any) -> float:
    """The same for a handler that is awaited in a loop that runs."""
    for _ in range(CALLS // 10):
        await call()
    started = time.process_time()
    for _ in range(CALLS):
        await call()
    return (time.process_time() - started) / CALLS * 1e6


def one(cloud: str, contender: str, route: str) -> float:
    """The cost of one contender, in this process."""
    call = CLOUDS[cloud][contender](route)
    if cloud == "aws":
        return called(call)
    import asyncio  # a function on AWS may do without, and is faster for it

    return asyncio.run(awaited(call))


def apart(cloud: str, contender: str, route: str) -> float | None:
    """The same in a process of its own; None if what it needs is not installed."""
    command = [sys.executable, "-m", "bench.calls", "--one", cloud, contender, route]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    if done.returncode == 3:
        return None
    if done.returncode:
        raise RuntimeError(f"{contender} on {cloud} failed: {done.stderr[-2000:]}")
    return float(done.stdout)


def table(cloud: str, route: str, runs: int) -> dict[str, float]:
    """The medians of interleaved runs."""
    taken: dict[str, list[float]] = {contender: [] for contender in CLOUDS[cloud]}
    for _ in range(runs):
        for contender, values in taken.items():
            found = apart(cloud, contender, route)
            values += [] if found is None else [found]
    return {contender: statistics.median(values) for contender, values in taken.items() if values}


def told(cloud: str, route: str, found: dict[str, float]) -> None:
    """Print a table."""
    print(f"{cloud}, {route}: CPU us per call, over the bare handler, and as a ratio of ours")
    for contender in CLOUDS[cloud]:
        if contender not in found:
            print(f"  {contender:<32}not installed")
            continue
        cost = found[contender]
        ratio = cost / found["portable_faas"]
        print(f"  {contender:<32}{cost:>8.1f}{cost - found[BARE]:>8.1f}{ratio:>8.2f}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--one", nargs=3, metavar=("CLOUD", "CONTENDER", "ROUTE"))
    given = parser.parse_args()
    if given.one:
        try:
            print(one(*given.one))
        except ModuleNotFoundError as missing:
            print(missing, file=sys.stderr)
            raise SystemExit(3) from None
        return
    for cloud in CLOUDS:
        for route in ROUTES:
            told(cloud, route, table(cloud, route, given.runs))


if __name__ == "__main__":
    main()
