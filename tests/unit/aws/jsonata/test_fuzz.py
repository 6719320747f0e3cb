"""Random typed expressions: where the lowering has an answer, both engines give what Python gives."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from portable_faas_aws.jsonata import Lowered
from portable_faas_aws.jsonata.check import problems
from portable_faas_aws.jsonata.printing import text

from tests.unit.aws.jsonata.cases import Case, failures, lowered
from tests.unit.aws.jsonata.engines import Engine
from tests.unit.aws.jsonata.generator import NAMES, TARGETS, Generator
from tests.unit.aws.jsonata.values import value

FULL = 20_000
SEEDS = 4
_VARIABLES = {f"{name}_" for name in NAMES}


def drawn(chance: random.Random, count: int = 3) -> tuple[str, list[Case]]:
    """An expression and, if it is lowered, its cases."""
    source = Generator(chance).expression(chance.choice(TARGETS), chance.choice([1, 2, 3, 3]), NAMES)
    found = lowered(source, NAMES)
    if not isinstance(found, Lowered):
        return source, []
    return source, [
        Case(source, found, {name: value(chance, type_) for name, type_ in NAMES.items()}) for _ in range(count)
    ]


@given(st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_shrinking(node_engine: Engine, chance: random.Random) -> None:
    cases = drawn(chance, 2)[1]
    assert failures(node_engine, cases) == []


@pytest.mark.parametrize("seed", range(4))
def test_expressions(engine: Engine, seed: int) -> None:
    chance = random.Random(seed)
    assert failures(engine, [case for _ in range(100) for case in drawn(chance)[1]]) == []


@pytest.mark.full
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(100, 100 + SEEDS))
def test_many_expressions(engine: Engine, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(FULL // SEEDS // 100):
        assert failures(engine, [case for _ in range(100) for case in drawn(chance)[1]]) == []


def test_every_expression_passes_the_check() -> None:
    chance = random.Random(99)
    for _ in range(150):
        for case in drawn(chance, 1)[1]:
            assert problems(case.lowered.text, _VARIABLES) == []
            assert case.lowered.guard is None or problems(text(case.lowered.guard), _VARIABLES) == []
