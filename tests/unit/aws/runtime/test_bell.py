"""Waits whose event stands in their row are rung for from the row's new image."""

import json
from typing import Any, final

from portable_faas_aws.runtime import inbox
from portable_faas_aws.runtime.bell import ring_for
from portable_faas_aws.runtime.row import BELLS, DynamoTable

from tests.aws.rows import Rung


def waiting(*names: str) -> inbox.Body:
    body: inbox.Body = {}
    inbox.begin(body, 0, "#1", "go")
    inbox.attach(body, 0, "#1", "token")
    for number, name in enumerate(names):
        inbox.verdict(body, str(number))
        inbox.add(body, name, "1", str(number))
    return body


@final
class Items:
    """A client of DynamoDB that keeps the last item."""

    def __init__(self) -> None:
        self.item: dict[str, Any] = {}

    def get_item(self, **_given: Any) -> dict[str, Any]:
        return {"Item": self.item} if self.item else {}

    def put_item(self, **given: Any) -> None:
        self.item = given["Item"]


def test_an_item_is_marked_while_a_wait_has_its_event_and_a_bell() -> None:
    items = Items()
    table = DynamoTable(lambda: (items, "instances"))
    for body, marked in ((waiting("other"), False), (waiting("go"), True)):
        table.change("inbox#1", lambda row, body=body: row.update(body))  # type: ignore[misc]
        assert (BELLS in items.item) is marked
    table.change("inbox#1", lambda row: inbox.receive(row, 0, "#1"))
    assert BELLS not in items.item


def test_what_waits_with_its_event_is_rung_for() -> None:
    rung = Rung()
    records = [{"dynamodb": {"NewImage": {"body": {"S": json.dumps(body)}}}} for body in (waiting("go"), waiting())]
    ring_for(records, rung)
    assert rung.tokens == ["token"]
