"""Prints what state machines cost, an expert's hand-written ones against ours: transitions and Lambda invocations.

    python -m bench.transitions.run

Both are run on the second interpreter over the rows of rows.py and must give what the row says.
"""

import json
import re
from functools import cache
from typing import Final

from bench.transitions import expert
from bench.transitions.ran import Ran, transitions
from bench.transitions.rows import ROWS, Row
from portable_faas.app import App
from portable_faas.testing.running import scratch_folder
from portable_faas.values import dumps
from tests.aws.second import Second

BETWEEN: Final = re.compile(r"(?<=\)); (?=\w+\()")  # two calls of a fiber; a text in an argument may hold "; " too


@cache
def compiled(app: App) -> Second:
    return Second(app)


def ours(row: Row) -> Ran:
    """The row on the machine that the compiler makes."""
    second = compiled(row.app)
    name = row.orchestrator.name
    with scratch_folder():
        done = second.run(name, dumps(row.orchestrator.signature().encode_input(row.input)))
    count = transitions(done.states, done.invoked)
    calls = sorted(call for fiber in done.calls for call in BETWEEN.split(fiber))
    status = None if done.status is None else json.loads(done.status)
    if done.error is not None:
        kind, message = done.error
        return Ran(None, (kind.rpartition(".")[2], message), calls, status, count, len(done.invoked))
    return Ran(json.loads(done.output or ""), None, calls, status, count, len(done.invoked))


def experts(row: Row) -> Ran:
    """The row on the hand-written machine."""
    with scratch_folder():
        return expert.run(row.app, row.machine, row.orchestrator.signature().encode_input(row.input))


def faults(row: Row, ran: Ran) -> list[str]:
    """Where a run differs from what the row says."""
    pairs = [
        ("output", ran.output, row.output),
        ("error", ran.error, row.error),
        ("calls", ran.calls, sorted(row.calls)),
        ("status", ran.status, row.status),
    ]
    return [f"{row.key}: {what} is {got!r}, not {wanted!r}" for what, got, wanted in pairs if got != wanted]


def main() -> None:
    print(f"  {'':<48}{'transitions':>19}{'invocations':>20}")
    print(f"  {'':<48}{'expert':>10}{'ours':>9}{'expert':>11}{'ours':>9}")
    wrong: list[str] = []
    for row in ROWS:
        theirs, own = experts(row), ours(row)
        wrong += faults(row, theirs) + faults(row, own)
        behind = own.transitions > theirs.transitions or own.invocations > theirs.invocations
        counts = f"{theirs.transitions:>10}{own.transitions:>9}{theirs.invocations:>11}{own.invocations:>9}"
        print(f"  {row.key:<48}{counts}{'   behind' if behind else ''}", flush=True)
    if wrong:
        raise SystemExit("\n".join(wrong))


if __name__ == "__main__":
    main()
