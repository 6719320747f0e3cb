"""``Topic``: typed events for whoever subscribes, in the CloudEvents 1.0 form.

await shipped.publish(Shipped("A-1"), type="order.shipped")
->  {"specversion": "1.0", "id": ..., "source": "/topics/shipped", "type": "order.shipped", "time": ..., "data": {...}}
"""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final, Generic, TypeVar, final

from portable_faas.errors import NotPortable
from portable_faas.resources.queue import new_id
from portable_faas.resources.resource import Resource
from portable_faas.values import dumps, encode

T = TypeVar("T")
# CloudEvents 1.0: "attribute names MUST consist of lower-case letters or digits" and "SHOULD NOT exceed 20 characters".
ATTRIBUTE: Final = re.compile(r"[a-z0-9]{1,20}")
RESERVED: Final = frozenset(
    {"specversion", "id", "source", "type", "time", "subject", "data", "datacontenttype", "dataschema"}
)
LIMIT: Final = 200 * 1024  # bytes of JSON; EventBridge takes 256 KiB with its own envelope around


@final
class Topic(Resource, Generic[T]):
    """A topic of ``T``; declared with ``app.topic(name, T)``. Every subscriber gets every event at least once."""

    kind: ClassVar[str] = "topic"
    OPERATIONS: ClassVar[Mapping[str, str]] = {"publish": "publish"}

    def __init__(self, name: str, tp: Any) -> None:
        super().__init__(name)
        self.type = tp

    async def publish(
        self,
        value: T,
        *,
        type: str | None = None,
        subject: str | None = None,
        id: str | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> None:
        """Publish an event; it is durable when this returns. ``type`` is the topic's name unless given.

        ``attributes`` are CloudEvents extension attributes, which subscribers may filter by.
        """
        services = self._services("publish")
        event: dict[str, Any] = {
            "specversion": "1.0",
            "id": id or new_id(),
            "source": f"/topics/{self.name}",
            "type": type or self.name,
            "datacontenttype": "application/json",
            **({} if subject is None else {"subject": subject}),
            **_attributes(attributes or {}),
            "data": encode(self.type, value, "event"),
        }
        _check_size(event)
        await services.publish(self.name, event)


def _attributes(given: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in given.items():
        if not ATTRIBUTE.fullmatch(name) or name in RESERVED:
            raise ValueError(f"an attribute is named by 1 to 20 lower-case letters and digits, not {name!r}")
        if not isinstance(value, str):
            raise TypeError(f"attribute {name} is text, not {value!r}")
    return given


def _check_size(event: Mapping[str, Any]) -> None:
    size = len(dumps(dict(event), "event").encode())
    if size > LIMIT:
        raise NotPortable("event", f"{size} bytes of JSON is over the limit of {LIMIT}; put it in a bucket")
