"""Starts the smoke programs on a deployed app, compares them with the embedded engine, and says what came out.

    python -m tests.live.smoke azure        python -m tests.live.smoke aws

It deploys nothing. Exit codes: 0 all equal, 1 some differ, 3 something it needs is missing.
"""

import asyncio
import os
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from tests.live import aws, azure
from tests.live.cases import CASES, Case, Outcome, expected
from tests.live.report import Missing, Row, line, table

CLOUDS: Final = {"azure": azure, "aws": aws}


class Live(Protocol):
    """A deployed app."""

    @property
    def where(self) -> str:
        """What to call it in the report."""
        ...

    async def ended(self, case: Case) -> Outcome:
        """Start a case and wait for its end."""
        ...


def opened(cloud: str, environment: Mapping[str, str]) -> Live:
    """The deployed app; ``Missing`` names every variable that is not set."""
    module = CLOUDS[cloud]
    lacking = [f"  {name}: {what}" for name, what in module.NEEDED.items() if not environment.get(name)]
    if lacking:
        told = f"not run on {cloud}: deploy examples/smoke (docs/verified.md, Live runs), then set"
        raise Missing("\n".join([told, *lacking]))
    live: Live = module.Live(environment)
    return live


async def compared(live: Live, cases: Sequence[Case]) -> list[Row]:
    """Every case on both engines, one after the other."""
    rows = []
    for case in cases:
        local, began = await expected(case), time.monotonic()
        rows.append(Row(case, local, await live.ended(case), time.monotonic() - began))
    return rows


def main(cloud: str, environment: Mapping[str, str] = os.environ) -> int:
    """Run, print, and give the exit code."""
    try:
        live = opened(cloud, environment)
        rows = asyncio.run(compared(live, CASES))
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 3
    print(table(rows, cloud))
    print("\nfor docs/verified.md, Live runs:\n")
    print(line(rows, cloud, live.where))
    return 0 if all(row.equal for row in rows) else 1


if __name__ == "__main__":
    if sys.argv[1:] not in [[cloud] for cloud in CLOUDS]:
        sys.exit(f"usage: python -m tests.live.smoke {'|'.join(CLOUDS)}")
    sys.exit(main(sys.argv[1]))
