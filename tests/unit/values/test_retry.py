"""A retry policy: what it takes, how long it waits, which errors it covers."""

import copy
import pickle
from datetime import timedelta

import pytest

from portable_faas import Retry


def test_waits_grow_by_the_backoff_up_to_the_maximum() -> None:
    policy = Retry(attempts=9, first=2, backoff=3, max_interval=timedelta(seconds=20))
    assert [policy.delay(failed) for failed in (1, 2, 3, 4)] == [2, 6, 18, 20]


def test_no_wait_reaches_a_year() -> None:
    for policy in (Retry(first=10**8), Retry(first=1, backoff=1e300), Retry(first=1, max_interval=10**9, backoff=10)):
        assert policy.delay(400) <= 364 * 86_400


def test_on_and_never_count_base_classes() -> None:
    policy = Retry(on=(OSError, ValueError), never=(FileNotFoundError,))
    assert policy.covers(TimeoutError())
    assert policy.covers(UnicodeError())
    assert not policy.covers(FileNotFoundError())
    assert not policy.covers(KeyError())


@pytest.mark.parametrize(
    "arguments",
    [
        {"attempts": 0},
        {"attempts": True},
        {"attempts": 1.5},
        {"first": -1},
        {"first": float("nan")},
        {"backoff": 0.5},
        {"max_interval": float("inf")},
    ],
)
def test_a_wrong_number_is_refused(arguments: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(arguments))):
        Retry(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [ValueError, ["ValueError"], (int,), (BaseException,), "ValueError"])
def test_on_is_a_tuple_of_exception_classes(wrong: object) -> None:
    with pytest.raises(TypeError, match="on is a tuple"):
        Retry(on=wrong)  # type: ignore[arg-type]


def test_a_policy_is_a_frozen_value() -> None:
    policy = Retry(attempts=2, on=(KeyError,))
    assert policy == Retry(2, on=(KeyError,))
    assert hash(policy) == hash(Retry(2, on=(KeyError,)))
    assert policy == copy.copy(policy) == pickle.loads(pickle.dumps(policy))
    with pytest.raises(AttributeError, match="frozen"):
        policy.attempts = 3
    with pytest.raises(AttributeError, match="frozen"):
        del policy.attempts
