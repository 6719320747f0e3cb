"""External events in our own envelope, which all travel under one name of the platform.

    raise_event("go", 5)  ->  EventRaised pfaas '{"id":"e1","name":"go","data":5}'

The host does not tell the case of event names apart, the SDK repeats the last early event for every wait and its client
encodes what it sends twice (GitHub, Azure/azure-functions-durable-python, issues 507 and 295).
"""

import json
import logging
from typing import Any, Final, NamedTuple, final

EVENT: Final = "pfaas"  # the one name under which events reach an instance
LOG: Final = logging.getLogger("portable_faas.azure")


@final
class Happening(NamedTuple):
    """An event as its raiser has sent it; ``data`` is JSON."""

    id: str
    name: str
    data: str

    def text(self) -> str:
        """The JSON to send."""
        return f'{{"id":{json.dumps(self.id)},"name":{json.dumps(self.name, ensure_ascii=False)},"data":{self.data}}}'


def read(text: str | None) -> Happening | None:
    """The event in what the platform has recorded; None, with a line in the log, for what is not ours."""
    value: Any = None
    try:
        value = json.loads(text or "null")
        if isinstance(value, str):  # encoded twice
            value = json.loads(value)
        data = json.dumps(value["data"], ensure_ascii=False, separators=(",", ":"))
        return Happening(str(value["id"]), str(value["name"]), data)
    except (ValueError, TypeError, KeyError):
        LOG.warning("an event %s that was not raised by a client of this app is ignored: %.200s", EVENT, text)
        return None
