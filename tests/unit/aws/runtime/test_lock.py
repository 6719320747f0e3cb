"""Locks over rows in memory: all or none, whatever dies in between."""

from random import Random

import pytest
from portable_faas_aws.runtime import lock
from portable_faas_aws.runtime.bucket import Scratch
from portable_faas_aws.runtime.entity import Operation, operate
from portable_faas_aws.runtime.inbox import Abandoned, close
from portable_faas_aws.runtime.lock import Locks, Name, Owner, row_of
from portable_faas_aws.runtime.offload import Values

from portable_faas import App
from portable_faas.errors import NotSupported
from tests.aws.rows import Rows, Rung

app = App("locks")


@app.entity
class Counter:
    value: int = 0

    def add(self, n: int) -> int:
        self.value += n
        return self.value


X: Name = ("Counter", "x")
Y: Name = ("Counter", "y")
Z: Name = ("Counter", "z")


def owner(number: int, fiber: str = "") -> Owner:
    return Owner(f"instance-{number}", f"key-{number}", f"{fiber}#1")


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
def rung() -> Rung:
    return Rung()


@pytest.fixture
def dead() -> set[str]:
    return set()


@pytest.fixture
def locks(rows: Rows, rung: Rung, dead: set[str]) -> Locks:
    return Locks(rows, rung, lambda owner: owner.instance not in dead)


def holders(rows: Rows) -> dict[str, str]:
    """Who holds what, by key."""
    held = {row: body["holder"] for row, body in rows.bodies.items() if body.get("holder")}
    return {row.rpartition("#")[2]: holder[0] for row, holder in held.items()}


def add(rows: Rows, name: str, n: int = 1, by: Owner | None = None) -> object:
    given = Operation(app.entities["Counter"], "x", "add", f'{{"n":{n}}}', name, by)
    return operate(rows, Values("key", Scratch()), given)


def test_all_or_none_are_taken_in_one_write(rows: Rows, locks: Locks) -> None:
    assert locks.acquire(owner(1), 0, [Y])
    assert not locks.acquire(owner(2), 0, [X, Y, Z])
    assert holders(rows) == {"y": "instance-1"}
    assert [sorted(each) for each in rows.written] == [
        sorted(["inbox#key-1", row_of(Y)]),
        sorted(["inbox#key-2", row_of(X), row_of(Y), row_of(Z)]),
    ]


def test_who_frees_grants_and_rings(rows: Rows, rung: Rung, locks: Locks) -> None:
    locks.acquire(owner(1), 0, [Y])
    locks.acquire(owner(2), 0, [X, Y])
    locks.attach(owner(2), 0, [X, Y], "token-2")
    assert not rung.tokens
    locks.release(owner(1))
    assert rung.tokens == ["token-2"]
    assert holders(rows) == {"x": "instance-2", "y": "instance-2"}


def test_a_bell_that_comes_after_the_grant_rings_at_once(rung: Rung, locks: Locks) -> None:
    locks.acquire(owner(1), 0, [Y])
    locks.acquire(owner(2), 0, [Y])
    locks.release(owner(1))
    locks.attach(owner(2), 0, [Y], "token-2")
    assert rung.tokens == ["token-2"]


def test_taking_and_freeing_twice_is_taking_and_freeing_once(rows: Rows, rung: Rung, locks: Locks) -> None:
    assert locks.acquire(owner(1), 0, [X])
    assert locks.acquire(owner(1), 0, [X])
    locks.acquire(owner(2), 0, [X])
    locks.acquire(owner(2), 0, [X])
    assert len(rows.bodies[row_of(X)]["asked"]) == 1
    locks.attach(owner(2), 0, [X], "token-2")
    locks.release(owner(1))
    locks.release(owner(1))
    assert holders(rows) == {"x": "instance-2"}
    assert set(rung.tokens) == {"token-2"}


def test_what_an_instance_holds_that_has_ended_is_freed_by_who_waits(
    rows: Rows, rung: Rung, locks: Locks, dead: set[str]
) -> None:
    locks.acquire(owner(1), 0, [X])
    locks.acquire(owner(2), 0, [X])
    locks.attach(owner(2), 0, [X], "token-2")
    dead.add("instance-1")
    assert not rung.tokens  # nobody has looked yet
    locks.attach(owner(2), 0, [X], "again-2")
    assert rung.tokens == ["again-2"]
    assert holders(rows) == {"x": "instance-2"}


def test_a_purged_holder_is_freed_too(rows: Rows, rung: Rung, locks: Locks, dead: set[str]) -> None:
    locks.acquire(owner(1), 0, [X])
    del rows.texts["inbox#key-1"]
    dead.add("instance-1")
    assert not locks.acquire(owner(2), 0, [X])
    locks.attach(owner(2), 0, [X], "token-2")
    assert rung.tokens == ["token-2"]


def test_a_request_of_an_instance_that_ended_is_not_granted(rows: Rows, rung: Rung, locks: Locks) -> None:
    locks.acquire(owner(1), 0, [X])
    locks.acquire(owner(2), 0, [X])
    locks.release_all("instance-2", "key-2")
    locks.release(owner(1))
    assert not rung.tokens
    assert holders(rows) == {}
    assert rows.bodies[row_of(X)]["asked"] == []


def test_only_the_branches_of_a_group_lose_their_locks(rows: Rows, locks: Locks) -> None:
    one, other = Owner("i", "k", "/0.0#1"), Owner("i", "k", "/1.0#1")
    locks.acquire(one, 0, [X])
    locks.acquire(other, 0, [Y])
    rows.change("inbox#k", lambda body: close(body, 0, "", 0, set()))
    locks.release_all("i", "k", "/0.")
    assert set(holders(rows)) == {"y"}
    with pytest.raises(Abandoned):
        locks.acquire(one, 0, [Z])


def test_operations_of_others_wait_in_their_order(rows: Rows, rung: Rung, locks: Locks) -> None:
    locks.acquire(owner(1), 0, [X])
    assert add(rows, "a", by=owner(1)) == (False, "1")
    assert add(rows, "b", 10) is None
    assert add(rows, "c", 100) is None
    assert add(rows, "b", 10) is None  # an attempt that runs again
    assert not rows.change(row_of(X), lambda body: lock.attach(body, "b", "token-b"))
    assert add(rows, "d", by=owner(1)) == (False, "2")
    locks.release(owner(1))
    assert rung.tokens == ["token-b"]
    assert rows.change(row_of(X), lambda body: lock.attach(body, "c", "token-c"))
    assert add(rows, "e", 1000) == (False, "1112")
    assert add(rows, "b", 10) == (False, "12")
    assert add(rows, "c", 100) == (False, "112")


def test_what_waited_comes_before_the_next_holder(rows: Rows, locks: Locks) -> None:
    locks.acquire(owner(1), 0, [X])
    assert add(rows, "b", 10) is None
    locks.acquire(owner(2), 0, [X])
    locks.release(owner(1))
    assert holders(rows) == {"x": "instance-2"}
    assert add(rows, "z", 5, by=owner(2)) == (False, "15")
    assert add(rows, "b", 10) == (False, "10")


def test_more_entities_than_a_transaction_has_items(locks: Locks) -> None:
    with pytest.raises(NotSupported, match="100 entities"):
        locks.acquire(owner(1), 0, [("Counter", str(n)) for n in range(100)])


@pytest.mark.parametrize("seed", range(30))
def test_any_order_of_crossing_locks_comes_to_an_end(seed: int, rows: Rows, rung: Rung, locks: Locks) -> None:
    """Owners that take one lock each, in any order, some of them dying before they ring: all get theirs."""
    random = Random(seed)
    wants = {owner(number): sorted(random.sample([X, Y, Z], random.randint(1, 3))) for number in range(8)}
    held: list[Owner] = []
    waiting: list[Owner] = []
    done: list[Owner] = []
    coming = list(wants)
    while len(done) < len(wants):
        if coming and random.random() < 0.5:
            new = coming.pop()
            (held if locks.acquire(new, 0, wants[new]) else waiting).append(new)
        elif held:
            freed = held.pop(random.randrange(len(held)))
            locks.release(freed)
            done.append(freed)
        for each in list(waiting):
            locks.attach(each, 0, wants[each], each.instance)  # the look of who waits, now and then
            if each.instance in rung.tokens:
                waiting.remove(each)
                held.append(each)
        taken = [name for each in held for name in wants[each]]
        assert len(taken) == len(set(taken))
        assert sorted(holders(rows)) == sorted(key for _, key in taken)
