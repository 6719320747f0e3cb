"""Messages in SQS as the emulated account holds them: large ones, odd ones, copies, dead letters."""

from collections.abc import Iterator
from typing import Any

import pytest
from moto.sqs.models import sqs_backends
from portable_faas_aws.emulator import Emulator
from portable_faas_aws.emulator.account import queue_url
from portable_faas_aws.emulator.declared import Queue, Triggers
from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION
from portable_faas_aws.runtime.bucket import S3Bucket
from portable_faas_aws.runtime.places import Places
from portable_faas_aws.runtime.queues import INLINE, Queues

from portable_faas.resources import DeadLetter
from portable_faas.resources.queue import Outgoing

NAMES = {"queue:orders": queue_url("orders"), "queue:orders.dead": queue_url("orders_dead")}


@pytest.fixture(scope="module")
def account() -> Iterator[Emulator]:
    with Emulator([], [], triggers=Triggers(queues=[Queue("orders"), Queue("orders_dead")])) as account:
        yield account


@pytest.fixture
def queues(account: Emulator) -> Queues:
    for queue in sqs_backends[ACCOUNT][REGION].queues.values():
        queue._messages = []
    bucket = S3Bucket(lambda: (account.client("s3"), account.bucket))
    return Queues(Places(lambda: (NAMES, account.client)), bucket)


def held() -> list[Any]:
    return list(sqs_backends[ACCOUNT][REGION].get_queue("orders")._messages)


def received(account: Emulator, queues: Queues) -> list[Any]:
    return queues._received(NAMES["queue:orders"], None)


def test_texts_come_as_they_were_sent(account: Emulator, queues: Queues) -> None:
    texts = ['"grüße 🙂"', '"\ufffe\uffff"', f'"{"x" * INLINE}"', '"' + "ü" * INLINE + '"', "1"] * 5
    queues.send("orders", [Outgoing(f"m-{n}", text, 0) for n, text in enumerate(texts)])
    found = received(account, queues)
    assert [one.id for one in found] == [f"m-{n}" for n in range(25)]
    assert [one.text for one in found] == [text.replace("\ufffe\uffff", "\\ufffe\\uffff") for text in texts]
    assert max(len(message.body.encode()) for message in held()) <= INLINE


def test_delays_are_lower_bounds(account: Emulator, queues: Queues) -> None:
    queues.send("orders", [Outgoing("m", "1", 1.2)])
    account.advance(1.9)
    assert received(account, queues) == []
    account.advance(0.1)
    assert [one.id for one in received(account, queues)] == ["m"]


def test_what_is_put_off_was_not_tried(account: Emulator, queues: Queues) -> None:
    queues.send("orders", [Outgoing("m", "1", 0)])
    (first,) = received(account, queues)
    queues.again("orders", first.receipt, 0)
    (second,) = received(account, queues)
    assert (first.received, second.received) == (1, 2)
    queues.put_off("orders", second, 1)
    account.advance(1)
    (copy,) = received(account, queues)
    assert (copy.id, copy.text, copy.received, copy.sent_at) == ("m", "1", 2, first.sent_at)


def test_dead_letters_stay_and_are_sent_again(account: Emulator, queues: Queues) -> None:
    queues.bury("orders", DeadLetter("a", "1", 3, "no stock"))
    account.advance(1)
    queues.bury("orders", DeadLetter("b", '"' + "x" * 2 * INLINE + '"', 1, ""))
    for _ in range(2):
        first, second = queues.dead("orders", None, 5)
        assert first == DeadLetter("a", "1", 3, "no stock")
        assert (second.id, len(second.text), second.error) == ("b", 2 * INLINE + 2, "it gave no reason")
    assert [letter.id for letter in queues.dead("orders", 1, 5)] == ["a"]
    assert queues.redrive("orders") == 2
    assert queues.dead("orders", None, 5) == []
    assert sorted((one.id, one.received) for one in received(account, queues)) == [("a", 1), ("b", 1)]


def test_what_sqs_moved_itself_says_so(account: Emulator, queues: Queues) -> None:
    account.client("sqs").send_message(QueueUrl=NAMES["queue:orders.dead"], MessageBody="{")
    (letter,) = queues.dead("orders", None, 5)
    assert (letter.text, letter.attempts, letter.error) == ("{", 5, "the process ended while the function worked")


def test_a_queue_that_is_not_there_is_named(queues: Queues) -> None:
    with pytest.raises(LookupError, match="queue other is not there; deploy the app again"):
        queues.send("other", [Outgoing("m", "1", 0)])
