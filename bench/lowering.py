"""What the JSONata lowering covers, by kind of expression, and how long it takes; run by `make bench`.

The expressions are those of the fuzz: an even mix of everything that the generator knows, not of what programs say.
"""

import ast
import random
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from portable_faas_aws.jsonata import Outlined, lower  # noqa: E402

from tests.unit.aws.jsonata.cases import names_of, parsed  # noqa: E402
from tests.unit.aws.jsonata.generator import NAMES, TARGETS, Generator  # noqa: E402
from tests.unit.aws.jsonata.test_catalogue import TYPED, typed  # noqa: E402

COUNT = 3000
OUTCOMES = ("total", "guarded", "outlined")


def outcome(node: ast.expr, names: object) -> str:
    found = lower(node, names)  # type: ignore[arg-type]
    return "outlined" if isinstance(found, Outlined) else "total" if found.is_total else "guarded"


def printed(title: str, counts: Counter[str]) -> None:
    shares = "  ".join(f"{name} {100 * counts[name] / counts.total():5.1f} %" for name in OUTCOMES)
    print(f"{title:24} {shares}  of {counts.total()}")


def main() -> None:
    printed("the catalogue", Counter(outcome(parsed(row["python"]), names_of(typed(row)[0])) for row in TYPED))
    chance, names = random.Random(5), names_of(NAMES)
    families: dict[str, Counter[str]] = {}
    spent = 0.0
    for _ in range(COUNT):
        source = Generator(chance).expression(chance.choice(TARGETS), chance.choice([1, 2, 3, 3]), NAMES)
        node = parsed(source)
        start = time.perf_counter()
        found = outcome(node, names)
        spent += time.perf_counter() - start
        families.setdefault(type(node).__name__, Counter())[found] += 1
    printed("random expressions", sum(families.values(), Counter()))
    for family, counts in sorted(families.items(), key=lambda each: -each[1].total()):
        printed(f"  {family}", counts)
    print(f"{1000 * spent / COUNT:.3f} ms for one random expression")


if __name__ == "__main__":
    main()
