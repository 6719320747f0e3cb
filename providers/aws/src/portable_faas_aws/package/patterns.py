"""The event patterns of EventBridge that bring a function what its trigger asks for.

on_event(shipped, type="express")        ->   {"detail": {"type": ["express"]}}
on_blob(photos, "in/", ".png")           ->   {..., "detail": {..., "object": {"key": [{"wildcard": "in/*.png"}]}}}
"""

from collections.abc import Iterator
from typing import Any

from portable_faas.triggers.trigger import OnBlob, OnEvent

DETAIL_TYPES = {"created": "Object Created", "deleted": "Object Deleted"}


def event_pattern(trigger: OnEvent) -> dict[str, Any]:
    """Filters stand on the CloudEvent that is the detail."""
    wanted = {"specversion": "1.0", **trigger.attributes}
    if trigger.type is not None:
        wanted["type"] = trigger.type
    return {"detail": {name: [value] for name, value in sorted(wanted.items())}}


def blob_pattern(trigger: OnBlob, bucket: str) -> dict[str, Any]:
    """``bucket`` is its name on S3."""
    detail: dict[str, Any] = {"bucket": {"name": [bucket]}}
    if trigger.prefix or trigger.suffix:
        detail["object"] = {"key": list(_keys(trigger.prefix, trigger.suffix))}
    return {"source": ["aws.s3"], "detail-type": [DETAIL_TYPES[trigger.change]], "detail": detail}


def _keys(prefix: str, suffix: str) -> Iterator[Any]:
    """What matches a key; in a wildcard the two stand apart, so keys in which they overlap are named."""
    if not suffix:
        yield {"prefix": prefix}
    elif not prefix:
        yield {"suffix": suffix}
    else:
        yield {"wildcard": f"{_literal(prefix)}*{_literal(suffix)}"}
        for length in range(1, min(len(prefix), len(suffix)) + 1):
            if prefix.endswith(suffix[:length]):
                yield prefix + suffix[length:]


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("*", "\\*")
