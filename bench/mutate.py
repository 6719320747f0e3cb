"""Drop each guard of the JSONata lowering at each place in turn; the dangers, the catalogue or a fuzz must notice.

Run by `make mutate`. Exit code 1 when a guard survives: then nothing proves that it is needed.
"""

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from portable_faas_aws.jsonata.guards import Guard, Site, dropped, sites  # noqa: E402

from tests.unit.aws.jsonata.cases import Case, cases_of, failures  # noqa: E402
from tests.unit.aws.jsonata.dangers import DANGERS  # noqa: E402
from tests.unit.aws.jsonata.engines import Engine, PythonPort, node  # noqa: E402
from tests.unit.aws.jsonata.test_catalogue import TYPED, typed  # noqa: E402
from tests.unit.aws.jsonata.test_fuzz import drawn  # noqa: E402

FUZZ = 150
TABLES = ("builtin_calls.py", "text.py")  # an entry names its guard there, and is asked elsewhere: dropped everywhere
Suite = Callable[[Guard], list[Case]]


def catalogue(_: Guard) -> list[Case]:
    return [case for row in TYPED for case in cases_of(row["python"], *typed(row))]


def danger(guard: Guard) -> list[Case]:
    return [case for each in DANGERS[guard] for case in each.cases()]


def fuzz(_: Guard) -> list[Case]:
    chance = random.Random(11)
    return [case for _ in range(FUZZ) for case in drawn(chance)[1]]


SUITES: dict[str, Suite] = {"danger": danger, "catalogue": catalogue, "fuzz": fuzz}


def noticed(engines: list[Engine], guard: Guard, site: Site) -> str | None:
    """The first suite that fails without the guard; a lowering that breaks down is noticed too."""
    for name, suite in SUITES.items():
        try:
            with dropped(guard, site if site[0] not in TABLES else None):
                cases = suite(guard)
        except Exception as error:  # a crash of the lowering is what a mutant may do
            return f"{name}: {type(error).__name__}"
        if any(failures(engine, cases) for engine in engines):
            return name
    return None


def main() -> int:
    js = node()
    engines: list[Engine] = [PythonPort(), *([js] if js is not None else [])]
    if js is None:
        print("not run on JavaScript: no node, or jsonata is not installed; guards that only it needs will survive")
    start, survivors, places = time.perf_counter(), 0, sites()
    for guard, (file, line) in places:
        found = noticed(engines, guard, (file, line))
        survivors += found is None
        print(f"{guard.name:20} {file}:{line:<5} {found or 'SURVIVES'}", flush=True)
    if js is not None:
        js.close()
    print(f"{len(places)} conditions, {survivors} survive, {time.perf_counter() - start:.0f} s")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
