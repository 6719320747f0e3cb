"""Random programs end alike on the embedded engine and, compiled, on the second interpreter of state machines.

Once with the Python between two awaits in the Lambdas of activities, once with every step on its own. Which calls were
made is compared where no branch fails beside others. Programs that `check` refuses are counted; they stay few.
"""

from collections import Counter

import pytest
from hypothesis import given, settings

from portable_faas.compiler import check
from tests.aws.agreement import ends, shown
from tests.aws.drawing import INPUTS
from tests.aws.programs import PROGRAMS, constructs, loaded
from tests.aws.second import TooLarge

REFUSED = 0.1  # the largest share of programs that may be refused
ENOUGH = 500  # programs; of a few, many may be refused by chance

# A program may end with an error before it awaits a helper that it has called; Python says so of any coroutine.
pytestmark = [
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def compared(text: str, n: int, seen: Counter[str]) -> None:
    seen["programs"] += 1
    with loaded(text) as app:
        if check(app):
            seen["refused"] += 1
            return
        try:
            found = ends(app, n)
        except TooLarge:
            seen["refused"] += 1
            return
    local = found.pop("local")
    seen.update(constructs(text))
    seen["ends with an error"] += local.error is not None
    seen["five calls or more"] += "; ".join(local.calls).count("; ") >= 4
    for placement, end in found.items():
        assert shown(end, text) == shown(local, text), placement


def told(seen: Counter[str]) -> str:
    total = seen.pop("programs")
    shares = (f"{name} {count / total:.0%}" for name, count in seen.most_common())
    return f"\n{total} random programs: {', '.join(shares)}"


def many(count: int, capsys: pytest.CaptureFixture[str]) -> None:
    seen: Counter[str] = Counter()

    @given(PROGRAMS, INPUTS)
    @settings(max_examples=count)
    def each(text: str, n: int) -> None:
        compared(text, n, seen)

    each()
    if count >= ENOUGH:
        assert seen["refused"] <= REFUSED * seen["programs"]
    with capsys.disabled():
        print(told(seen))


@pytest.mark.slow
def test_random_programs_end_alike(capsys: pytest.CaptureFixture[str]) -> None:
    many(40, capsys)


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_many_random_programs_end_alike(capsys: pytest.CaptureFixture[str]) -> None:
    many(2000, capsys)
