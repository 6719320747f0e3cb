"""The envelope of an entity: once per id, in order, nothing of a failure, and who waits while it is held."""

import json
from typing import Any

import pytest
from portable_faas_azure.runtime.entity import SEEN, Kept, Operation, holder_in
from portable_faas_azure.runtime.happening import Happening, read
from portable_faas_azure.runtime.key import platform_key
from portable_faas_azure.runtime.start import Rerun, Start

from portable_faas.context.entity_type import EntityType, declare
from portable_faas.history import Event
from portable_faas.replay import Inbox


class Counter:
    value: int = 0

    def add(self, n: int) -> int:
        self.value += n
        if n < 0:
            raise ValueError("no")
        return self.value


TYPE: EntityType = declare(Counter)


def sent(name: str, n: int, lock: str = "", waited: bool = True) -> dict[str, Any]:
    wire: dict[str, Any] = json.loads(Operation(name, "k", "add", json.dumps({"n": n}), lock, waited).text())
    return wire


def test_an_operation_that_comes_twice_is_applied_once() -> None:
    kept = Kept(None)
    assert [kept.take(TYPE, "apply", sent("a", 2)) for _ in range(2)] == ['{"ok":2}', '{"ok":2}']
    assert Kept(kept.text()).take(TYPE, "apply", sent("b", 1)) == '{"ok":3}'


def test_a_failure_leaves_the_state() -> None:
    kept = Kept(None)
    kept.take(TYPE, "apply", sent("a", 2))
    assert json.loads(kept.take(TYPE, "apply", sent("b", -1)))["error"]["message"] == "no"
    assert kept.state == '{"value":2}'


def test_others_wait_in_their_order_while_somebody_holds_it() -> None:
    kept = Kept(None)
    assert kept.take(TYPE, "lock", {"owner": "me/1"}) == '{"ok":null}'
    assert holder_in(kept.take(TYPE, "lock", {"owner": "you/1"})) == "me/1"
    assert holder_in(kept.take(TYPE, "apply", sent("a", 10, waited=False))) == "me/1"
    assert holder_in(kept.take(TYPE, "apply", sent("b", 100))) == "me/1"
    assert kept.take(TYPE, "apply", sent("c", 1, lock="me/1")) == '{"ok":1}'
    kept = Kept(kept.text())
    kept.take(TYPE, "unlock", {"owner": "you/1"})
    assert kept.holder == "me/1"
    kept.take(TYPE, "unlock", {"owner": "me/1"})
    assert kept.take(TYPE, "apply", sent("b", 100)) == '{"ok":111}'
    assert (kept.holder, kept.queue, kept.state) == ("", [], '{"value":111}')


def test_what_is_remembered_is_bounded() -> None:
    kept = Kept(None)
    for number in range(SEEN + 50):
        kept.take(TYPE, "apply", sent(str(number), 1, waited=False))
    assert len(kept.seen) == SEEN
    assert kept.state == json.dumps({"value": SEEN + 50}, separators=(",", ":"))


def test_a_request_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no request 'destroy'"):
        Kept(None).take(TYPE, "destroy", {})


def test_keys_become_keys_of_the_platform() -> None:
    keys = ["a", "order-7_B", "", "ö/€ 💡", "a/b", "a b", "@x", "x" * 64, "x" * 256]
    given = [platform_key(key) for key in keys]
    assert given[:2] == ["a", "order-7_B"]
    assert len(set(given)) == len(keys)
    assert all(len(key) <= 65 and not set(key) & set("/\\#?@") and key for key in given)


@pytest.mark.parametrize("times", [0, 1, 2])
def test_an_event_is_read_however_often_it_was_encoded(times: int) -> None:
    happening = Happening("1", "gö", '{"a":"é"}')
    text = happening.text()
    for _ in range(min(times, 1)):
        text = json.dumps(text)
    assert read(text) == happening


@pytest.mark.parametrize("text", [None, "5", "[]", '{"id":1}', "{", '"{"'])
def test_an_event_that_is_not_ours_is_ignored_with_a_word(text: str | None, caplog: pytest.LogCaptureFixture) -> None:
    assert read(text) is None
    assert "is ignored" in caplog.text


def test_a_start_keeps_what_it_says() -> None:
    inbox = Inbox()
    inbox.add("go", "5", "x")
    rerun = Rerun("key", 5, (Event(1, "Scheduled", 1, "", "work", "{}"),), {"1": "text"})
    start = Start('{"n":1}', "2", "by", inbox.to_json(), '"status"', rerun)
    assert Start.read(start.text()) == start
    assert Start.read(start.text()).events().waiting == inbox.waiting
    assert Start('{"n":1}').text() == '{"n":1}'
    assert Start(None).text() is None
    assert Start.read('{"portable_faas":1}') == Start('{"portable_faas":1}')
