"""What a smoke test says: a table of the programs, and the line for docs/verified.md."""

import json
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from typing import NamedTuple, final

from tests.live.cases import Case, Outcome


@final
class Missing(Exception):
    """What the smoke test needs and does not have; the text says how to give it."""


@final
class Row(NamedTuple):
    """One program on both engines."""

    case: Case
    local: Outcome
    live: Outcome
    seconds: float

    @property
    def equal(self) -> bool:
        """Whether both ended alike."""
        return self.local == self.live


def table(rows: list[Row], cloud: str) -> str:
    """A line for each program; where the two differ, both outcomes below it."""
    lines = [f"{'program':<14}{'equal':<7}{'seconds':>8}  outcome"]
    for row in rows:
        name, equal = row.case.orchestrator.name, "yes" if row.equal else "NO"
        lines.append(f"{name:<14}{equal:<7}{row.seconds:>8.1f}  {_shown(row.local)}")
        if not row.equal:
            lines += [f"{'':<14}local  {tuple(row.local)}", f"{'':<14}{cloud:<6} {tuple(row.live)}"]
    return "\n".join(lines)


def _shown(outcome: Outcome) -> str:
    value = outcome.output if outcome.error is None else outcome.error
    return f"{outcome.status} {json.dumps(value, ensure_ascii=False)}"[:80]


def line(rows: list[Row], cloud: str, where: str) -> str:
    """A row of the table of live runs."""
    equal = sum(row.equal for row in rows)
    unequal = ", ".join(row.case.orchestrator.name for row in rows if not row.equal) or "none"
    told = f"{equal} of {len(rows)} programs ended as on the embedded engine; differing: {unequal}"
    tools = f"portable-faas {version('portable-faas')}, Python {sys.version_info.major}.{sys.version_info.minor}"
    return f"| {datetime.now(UTC):%Y-%m-%d} | {cloud}, {where} | {told} | {tools} |"
