"""Patches: queues, events and objects go by the emulator's clock, and say when they have something new.

moto reads the time of the machine, shows a message only a millisecond after its time has come, and hands messages of a
queue that Lambda reads to the function from inside SendMessage, one at a time. In the event of an object it calls the
hash ``eTag``, and gives the size and hash of one that is gone; the real event names it ``etag`` and has neither
("EventBridge event structure", S3 User Guide).
"""

from collections.abc import Callable
from typing import Any

from moto.events import models as events
from moto.s3 import notifications
from moto.sqs import models as sqs

from portable_faas_aws.emulator.clock import Clock
from portable_faas_aws.emulator.patching import Patching


def install(patching: Patching, clock: Clock, changed: Callable[[], None]) -> None:
    """Replace the time, the visibility of messages, and the events of objects; ``changed`` hears of each message."""
    for module in (sqs, events, notifications):
        patching.replace(module, "unix_time", lambda: clock.now() / 1000)
    patching.replace(sqs, "unix_time_millis", lambda: float(clock.now()))
    patching.replace(sqs.Message, "visible", property(lambda message: clock.now() >= message.visible_at))

    def add_message(self: Any, message: Any) -> None:
        with self._messages_lock:
            self._messages.append(message)
        changed()

    def change_visibility(original: Any) -> Any:
        def change(self: Any, visibility_timeout: int) -> None:
            original(self, visibility_timeout)
            changed()

        return change

    patching.replace(sqs.Queue, "add_message", add_message)
    patching.wrap(sqs.Message, "change_visibility", change_visibility)
    patching.replace(notifications, "_send_event_bridge_message", _tell)


def _tell(account: str, bucket: Any, event_name: str, key: Any) -> None:
    """Send the event of an object to the rules of the default bus."""
    kind = notifications._detail_type(event_name)
    if kind not in ("Object Created", "Object Deleted"):
        return
    facts = {"size": key.size, "etag": key.etag.strip('"')} if kind == "Object Created" else {}
    entry = {
        "Source": "aws.s3",
        "DetailType": kind,
        "Resources": [bucket.arn],
        "Detail": events.json.dumps(
            {
                "version": "0",
                "bucket": {"name": bucket.name},
                "object": {"key": key.name, **facts, "sequencer": "00"},
                "request-id": "emulated",
                "requester": account,
                "reason": "PutObject" if facts else "DeleteObject",
            }
        ),
    }
    events.events_backends[account][bucket.region_name].put_events([entry])
