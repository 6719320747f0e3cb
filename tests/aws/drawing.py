"""So many random programs at once, for what takes too long to look at one after another; those that `check` refuses
are left out.

drawn(20, seed=7)  ->  [Case("async def main(...): ...", 3), ...]
"""

from typing import NamedTuple, final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st

from portable_faas import App
from portable_faas.compiler import check
from tests.aws.agreement import PLACEMENTS
from tests.aws.programs import PROGRAMS, loaded
from tests.aws.second import Second, TooLarge

INPUTS = st.integers(0, 6)


@final
class Case(NamedTuple):
    """A program and its input."""

    text: str
    n: int


def drawn(count: int, seed: int) -> list[Case]:
    """The programs, the same for a seed, and each with its input."""
    found: list[Case] = []

    @seeded(seed)
    @settings(
        max_examples=count + count // 4,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(PROGRAMS, INPUTS)
    def each(text: str, n: int) -> None:
        if len(found) < count:
            with loaded(text) as app:
                if not check(app) and _fits(app):
                    found.append(Case(text, n))

    each()
    return found


def _fits(app: App) -> bool:
    """Whether the machines are as small as Step Functions wants them."""
    try:
        for placement in PLACEMENTS.values():
            Second(app, placement).machine("main")
    except TooLarge:
        return False
    return True
