"""``Posted``: a message as it stands in a storage queue, ours or somebody else's.

    Posted("m-1", "7", ...)   ->   '{"portable_faas":1,"id":"m-1","text":"7","sent":...,"due":...,"attempt":1}'

Every attempt of ours is a message of its own, since a queue trigger knows neither a queue's number of attempts nor its
pause between two. What Event Grid puts into a queue is a CloudEvent; what others put there is the value itself.
"""

import json
from datetime import datetime
from typing import Any, Final, NamedTuple, final

MARK: Final = "portable_faas"
VERSION: Final = 1
ELSEWHERE: Final = "portablefaaslarge"  # the extension attribute of an event whose data no queue takes: names a blob
BLOB_EVENTS: Final = {"Microsoft.Storage.BlobCreated": "created", "Microsoft.Storage.BlobDeleted": "deleted"}


@final
class Posted(NamedTuple):
    """Times in milliseconds since 1970 UTC; ``attempt`` counts from 1; ``large`` names the blob of a long ``text``."""

    id: str
    text: str
    sent_at: int
    due: int
    attempt: int = 1
    large: str = ""

    def body(self) -> str:
        """The text of the message."""
        fields = {"id": self.id, "text": self.text, "sent": self.sent_at, "due": self.due, "attempt": self.attempt}
        large = {"large": self.large} if self.large else {}
        return json.dumps({MARK: VERSION, **fields, **large}, ensure_ascii=False, separators=(",", ":"))


def read(body: str, id: str, now: int) -> Posted:
    """What ``body`` says; ``id`` is the queue's own of a message that is not ours."""
    try:
        value: Any = json.loads(body)
        if isinstance(value, dict) and value.get(MARK) == VERSION:
            attempt, large = int(value["attempt"]), value.get("large", "")
            return Posted(value["id"], value["text"], int(value["sent"]), int(value["due"]), attempt, large)
        if isinstance(value, dict) and value.get("specversion") == "1.0":
            sent = round(datetime.fromisoformat(value["time"]).timestamp() * 1000)
            return Posted(value["id"], body, sent, 0, large=value.get(ELSEWHERE, ""))
    except (ValueError, KeyError, TypeError, RecursionError):
        pass  # somebody else's
    return Posted(id, body, now, 0)
