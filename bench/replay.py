"""Prints what a replay on Durable Functions costs: Microsoft's SDK as it is, a hand-written generator, and the adapter.

    python bench/replay.py [--steps 1000] [--quick]

Durable Functions replays the whole history at every turn, so a chain of n activity calls costs n turns over ever longer
histories. One turn is timed at eleven lengths up to n, each the median of interleaved runs in CPU time, and the cost
of the whole chain is the integral over them. The adapter cures what the SDK does per event (see
portable_faas_azure/runtime/sdk.py); each program is timed with these cures and without. Only ratios mean something
elsewhere.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Generator
from itertools import pairwise
from typing import Any

import azure.durable_functions as df
import azure.functions as func
from portable_faas_azure.emulator.history import EventType, Recorded, context, event, execution_started
from portable_faas_azure.runtime import function_app, sdk

from portable_faas import App, Context

START = 1_767_225_600_000
POINTS = 10

app = App("bench")


@app.activity
async def noop(n: int) -> int:
    return n


@app.orchestrator
async def chain(ctx: Context, n: int) -> int:
    total = 0
    for _ in range(n):
        total = await noop(total)
    return total


def written(context: df.DurableOrchestrationContext) -> Generator[Any, Any, int]:
    """The same chain, as a user of the SDK writes it."""
    n, total = context.get_input(), 0
    for _ in range(n):
        total = yield context.call_activity("noop", total)
    return total


def history(steps: int, name: str, text: str, result: str) -> list[Recorded]:
    """What the host sends for the turn behind ``steps`` steps of a chain."""
    found = [event(EventType.ORCHESTRATOR_STARTED, START), execution_started(START, "one", "0" * 32, name, text)]
    for step in range(steps):
        found += [
            event(EventType.TASK_SCHEDULED, START + step, step, Name="noop", Version="", Input="[]"),
            event(EventType.ORCHESTRATOR_COMPLETED, START + step),
            event(EventType.ORCHESTRATOR_STARTED, START + step),
            event(EventType.TASK_COMPLETED, START + step, TaskScheduledId=step, Result=result),
        ]
    for played in found[:-2]:
        played["IsPlayed"] = bool(steps)
    return found


Turn = Callable[[], None]
Handle = Callable[[str], str]


def a_turn(handle: Handle, name: str, text: str, result: str, steps: int, cures: tuple[sdk.Cure, ...]) -> Turn:
    """One turn under some of the cures, to be timed: from the host's text to the text that goes back."""
    body = json.dumps(context("one", text, history(steps, name, text, result)))

    def turn() -> None:
        sdk.put(cures)
        assert handle(body).count('"actionType"') == steps + 1

    return turn


def handles(functions: func.FunctionRegister) -> dict[str, Handle]:
    """The functions that the worker would call, by name."""
    functions._require_auth_level = True  # unset, it makes indexing warn that a level is useless without HTTP functions
    return {str(found.get_function_name()): found.get_user_function() for found in functions.get_functions()}


def turns(steps: int, most: int) -> dict[str, Turn]:
    """The three programs behind ``steps`` steps."""
    own = df.DFApp()
    own.orchestration_trigger(context_name="context")(written)
    by_hand, adapted = handles(own)["written"], handles(function_app(app))["chain"]
    text = json.dumps(str(most))
    result = json.dumps('{"ok":0}')
    return {
        "generator on the SDK": a_turn(by_hand, "written", str(most), "0", steps, sdk.UNCURED),
        "the same, cured": a_turn(by_hand, "written", str(most), "0", steps, sdk.CURES),
        "adapter on it, uncured": a_turn(adapted, "chain", text, result, steps, sdk.UNCURED),
        "adapter": a_turn(adapted, "chain", text, result, steps, sdk.CURES),
    }


def seconds(turn: Turn) -> float:
    began = time.process_time()
    turn()
    return time.process_time() - began


def medians(steps: int, most: int, rounds: int) -> dict[str, float]:
    """The CPU seconds of one turn of each program."""
    timed = turns(steps, most)
    taken: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(rounds + 1):
        for name, turn in timed.items():
            taken[name].append(seconds(turn))
    return {name: statistics.median(values[1:]) for name, values in taken.items()}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    most, rounds = options.steps, 3 if options.quick else 15
    lengths = [most * point // POINTS for point in range(POINTS + 1)]
    rows = [medians(steps, most + 1, rounds) for steps in lengths]
    names = list(rows[0])
    print("  steps  " + "".join(f"{name:>26}" for name in names))
    for steps, row in zip(lengths, rows, strict=True):
        print(f"  {steps:>5}  " + "".join(f"{row[name] * 1000:>23.2f} ms" for name in names))
    width = most / POINTS
    total = {name: sum((a[name] + b[name]) / 2 * width for a, b in pairwise(rows)) for name in names}
    print("  whole  " + "".join(f"{total[name]:>24.2f} s" for name in names))
    bare, cured, uncured, ours = (total[name] for name in names)
    print(f"  the bare SDK costs {bare / ours:.1f} times the adapter     wanted >= 5")
    print(f"  the adapter on the bare SDK costs {uncured / bare:.2f} times the generator on it     wanted <= 1.10")
    print(f"  with the same cures, it costs {ours / cured:.2f} times the generator")


if __name__ == "__main__":
    main()
