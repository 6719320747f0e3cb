"""The clock by itself: it moves when nothing can happen and somebody waits, and never else."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from portable_faas_aws.emulator.clock import Clock
from portable_faas_aws.emulator.timestamps import from_text, to_text
from portable_faas_aws.emulator.turns import Turns


@pytest.fixture
def turns() -> Iterator[Turns]:
    made = Turns(Clock())
    yield made
    made.clock.close()
    assert made.join(5) == []


def all_end(turns: Turns, *works: Callable[[], object]) -> None:
    """Run ``works`` in threads that take turns, while somebody waits."""
    threads = [turns.thread(work) for work in works]
    for thread in threads:
        thread.start()
    with turns.clock.waiting():
        for thread in threads:
            thread.join(10)
    assert not any(thread.is_alive() for thread in threads)


def test_one_thread_runs_at_a_time_in_the_order_of_the_starts(turns: Turns) -> None:
    seen: list[object] = []

    def work(name: str) -> None:
        for step in range(3):
            seen.append((step, name))
            turns.wait(seconds=1)

    all_end(turns, *(lambda name=name: work(name) for name in "abcd"))
    assert seen == [(step, name) for step in range(3) for name in "abcd"]


def test_what_is_due_at_one_moment_comes_one_after_the_other_in_the_order_it_was_set(turns: Turns) -> None:
    seen: list[str] = []
    begun = turns.clock.now()

    def work(name: str, first: float) -> None:
        turns.wait(seconds=first)
        turns.wait(seconds=10 - first)
        seen.append(f"{name} {turns.clock.now() - begun}")
        turns.wait(seconds=0)
        seen.append(name)

    all_end(turns, lambda: work("a", 3), lambda: work("b", 1), lambda: work("c", 2))
    assert seen == ["b 10000", "c 10000", "a 10000", "b", "c", "a"]


def test_the_clock_stands_still_while_anything_works(turns: Turns) -> None:
    moments = []

    def busy() -> None:
        before = turns.clock.now()
        time.sleep(0.2)  # works: it has the turn
        with turns.clock.away():
            time.sleep(0.2)  # waits for work outside
        moments.append(turns.clock.now() - before)

    all_end(turns, busy, lambda: turns.wait(seconds=50))
    assert moments == [0]


def test_it_does_not_move_while_nobody_waits(turns: Turns) -> None:
    before = turns.clock.now()
    thread = turns.thread(lambda: turns.wait(seconds=10))
    thread.start()
    thread.join(0.2)
    assert thread.is_alive()
    assert turns.clock.now() == before
    turns.clock.advance(4)
    assert turns.clock.now() - before == 4000
    turns.clock.advance(6)
    thread.join(5)
    assert turns.clock.now() - before == 10_000


def test_it_stops_where_what_is_waited_for_has_come(turns: Turns) -> None:
    came = threading.Event()
    before = turns.clock.now()

    def first() -> None:
        turns.wait(seconds=10)
        came.set()

    threads = [turns.thread(first), turns.thread(lambda: turns.wait(seconds=20))]
    for thread in threads:
        thread.start()
    with turns.clock.waiting(came.is_set):
        assert came.wait(5)
        threads[0].join(5)
        assert turns.clock.now() - before == 10_000
    turns.clock.advance(10)


def test_an_event_wakes_and_a_time_out_is_told_apart(turns: Turns) -> None:
    event, seen = turns.event(), []

    def setter() -> None:
        turns.wait(seconds=5)
        event.set()

    all_end(
        turns,
        lambda: seen.append(turns.wait(event, seconds=3)),
        lambda: seen.append(turns.wait(event, seconds=9)),
        setter,
    )
    assert seen == [False, True]


def test_a_limit_in_real_time(turns: Turns) -> None:
    seen = []
    before = turns.clock.now()
    all_end(turns, lambda: seen.append(turns.wait(outside=True, limit=0.2)), lambda: turns.wait(seconds=7))
    assert seen == [False]
    assert turns.clock.now() - before == 7000


def test_a_wake_up_from_another_thread_is_never_lost(turns: Turns) -> None:
    for _ in range(200):
        event, seen = turns.event(), []
        thread = turns.thread(lambda: seen.append(turns.wait(event)))  # noqa: B023
        thread.start()
        event.set()
        thread.join(5)
        assert seen == [True]


def test_only_threads_of_the_interpreter_wait(turns: Turns) -> None:
    with pytest.raises(RuntimeError, match="only threads of the interpreter"):
        turns.wait(seconds=1)


def test_advancing_gives_up_when_the_work_takes_too_long(turns: Turns) -> None:
    done = threading.Event()

    def work() -> None:
        with turns.clock.away():
            done.wait(5)

    turns.thread(work).start()
    with pytest.raises(TimeoutError, match="still at work"):
        turns.clock.advance(1, 0.1)
    done.set()


def test_real_time() -> None:
    turns = Turns(Clock(real_time=True))
    begun, seen = time.monotonic(), []
    thread = turns.thread(lambda: seen.append(turns.wait(seconds=0.2)))
    thread.start()
    thread.join(5)
    assert seen == [False]
    assert 0.2 <= time.monotonic() - begun < 2
    with pytest.raises(RuntimeError, match="real"):
        turns.clock.advance(1)
    turns.clock.close()


@pytest.mark.parametrize(
    ("text", "millis"),
    [
        ("1970-01-01T00:00:01Z", 1000),
        ("1970-01-01T00:00:01.5Z", 1500),
        ("1970-01-01T01:00:00.0001+01:00", 1),
        ("1970-01-01", None),
        ("1970-13-01T00:00:00Z", None),
        ("1970-01-01T00:00:00", None),
        (5, None),
    ],
)
def test_timestamps(text: object, millis: int | None) -> None:
    assert from_text(text) == millis
    if millis is not None:
        assert from_text(to_text(millis)) == millis
