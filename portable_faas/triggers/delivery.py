"""From the stored text of a message, event or change to the one argument of its function, by the function's annotation.

def pack(order: Order)              gets the value
def pack(message: Message[Order])   gets the value with its id and attempt
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, final, get_args, get_origin

from portable_faas.errors import NotPortable
from portable_faas.triggers.event import BlobEvent, CloudEvent, Message
from portable_faas.triggers.function import Function
from portable_faas.triggers.http.parameters import free_values
from portable_faas.triggers.trigger import OnBlob, OnEvent, OnMessage
from portable_faas.values import decode, loads
from portable_faas.values.annotation import resolved_one


@final
class Arrived(NamedTuple):
    """A delivery as an engine has it; ``sent_at`` in milliseconds since 1970 UTC."""

    id: str
    text: str
    attempt: int
    sent_at: int
    raw: Any = None


class Undeliverable(ValueError):
    """The text does not fit the function; another try would not help."""


def message(trigger: OnMessage, arrived: Arrived) -> Message[Any]:
    """A message of a queue."""
    try:
        value = decode(trigger.queue.type, loads(arrived.text), "message")
    except (NotPortable, ValueError) as wrong:
        raise Undeliverable(str(wrong)) from wrong
    return Message(value, arrived.id, arrived.attempt, moment(arrived.sent_at), arrived.raw)


def cloud_event(trigger: OnEvent, arrived: Arrived) -> CloudEvent[Any]:
    """An event of a topic."""
    try:
        document: Any = loads(arrived.text)
        data = decode(trigger.topic.type, document["data"], "event.data")
        time = datetime.fromisoformat(document["time"])
        return CloudEvent(data, document, time, arrived.raw)
    except (NotPortable, ValueError, KeyError, TypeError) as wrong:
        raise Undeliverable(f"{type(wrong).__name__}: {wrong}") from wrong


def blob_event(arrived: Arrived) -> BlobEvent:
    """A change of an object."""
    given: Any = loads(arrived.text)
    found = BlobEvent(
        given["bucket"],
        given["key"],
        given["change"],
        given["size"],
        given["etag"],
        moment(arrived.sent_at),
        arrived.id,
    )
    found.raw = arrived.raw
    return found


def wants_envelope(function: Function[..., Any]) -> bool:
    """Whether the function takes ``Message`` or ``CloudEvent`` rather than the value in it."""
    fn: Callable[..., Any] = function.fn
    name = fn.__code__.co_varnames[0]
    if name not in fn.__annotations__:
        return False
    tp = resolved_one(fn.__annotations__[name], fn.__globals__, free_values(fn))
    if (get_origin(tp) or tp) is list:
        tp = (get_args(tp) or (None,))[0]
    return (get_origin(tp) or tp) in (Message, CloudEvent)


def argument(function: Function[..., Any], arrived: Arrived) -> Any:
    """What the function is called with; ``Undeliverable`` if the text does not fit."""
    trigger = function.trigger
    if isinstance(trigger, OnBlob):
        return blob_event(arrived)
    if isinstance(trigger, OnMessage):
        found: Message[Any] | CloudEvent[Any] = message(trigger, arrived)
        return found if trigger.batch or wants_envelope(function) else found.value  # type: ignore[union-attr]
    if isinstance(trigger, OnEvent):
        event = cloud_event(trigger, arrived)
        return event if wants_envelope(function) else event.data
    raise TypeError(f"{function!r} takes no deliveries")


def moment(milliseconds: int) -> datetime:
    """An aware time."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def change_text(bucket: str, key: str, change: str, size: int, etag: str) -> Mapping[str, Any]:
    """The stored form of an object's change."""
    return {"bucket": bucket, "key": key, "change": change, "size": size, "etag": etag}
