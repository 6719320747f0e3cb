"""Event patterns bring a function just what its trigger asks for, as moto's EventBridge reads them."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from moto.events.models import EventPattern
from portable_faas_aws.package.patterns import blob_pattern, event_pattern

from portable_faas import App
from portable_faas.triggers.event import Change
from portable_faas.triggers.trigger import OnBlob, OnEvent

app = App("patterns")
photos = app.bucket("photos")
shipped = app.topic("shipped", str)
PARTS = st.text("ab/*.", max_size=3)
CHANGES: st.SearchStrategy[Change] = st.sampled_from(["created", "deleted"])
KINDS = {"created": "Object Created", "deleted": "Object Deleted"}


def fits(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    return bool(EventPattern(None, pattern).matches_event(event))


@given(PARTS, PARTS, st.text("ab/*.", min_size=1, max_size=6), CHANGES, CHANGES)
def test_changes_of_objects(prefix: str, suffix: str, key: str, wanted: Change, change: Change) -> None:
    trigger = OnBlob(photos, prefix, suffix, wanted)
    detail = {"bucket": {"name": "b"}, "object": {"key": key}}
    event = {"source": "aws.s3", "detail-type": KINDS[change], "detail": detail}
    assert fits(blob_pattern(trigger, "b"), event) == trigger.matches("photos", key, change)
    assert not fits(blob_pattern(trigger, "other"), event)


@given(st.sampled_from([None, "a", "b"]), st.dictionaries(st.sampled_from("xy"), st.sampled_from("12")), st.data())
def test_events(type: str | None, attributes: dict[str, str], data: st.DataObject) -> None:
    trigger = OnEvent(shipped, type, attributes, 1, 1.0)
    given = data.draw(st.dictionaries(st.sampled_from("xy"), st.sampled_from("12")))
    document = {"specversion": "1.0", "type": data.draw(st.sampled_from("ab")), "data": {"x": "1"}, **given}
    assert fits(event_pattern(trigger), {"detail": document}) == trigger.matches(document)
