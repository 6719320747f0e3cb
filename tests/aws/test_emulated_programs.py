"""Random programs end alike on the embedded engine and on the emulated AWS: moto's interpreter, real Lambda processes.

Once with the Python between two awaits in the Lambdas of activities, once with every step on its own.
"""

import pytest

from tests.aws.agreement import shown
from tests.aws.drawing import drawn
from tests.aws.emulated import ends_of

BATCH = 20  # programs of one app

pytestmark = [
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def many(count: int, seed: int) -> None:
    cases = drawn(count, seed)
    assert len(cases) == count
    for at in range(0, count, BATCH):
        part = cases[at : at + BATCH]
        for case, found in zip(part, ends_of(part), strict=True):
            local = found.pop("local")
            for placement, end in found.items():
                assert shown(end, case.text) == shown(local, case.text), (placement, case.n, case.text)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_random_programs_end_alike_on_the_emulated_aws() -> None:
    many(6, 1)


@pytest.mark.full
@pytest.mark.timeout(3600)
def test_many_random_programs_end_alike_on_the_emulated_aws() -> None:
    many(200, 2)
