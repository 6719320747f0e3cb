"""Milliseconds since 1970 as Step Functions writes them, and back.

to_text(1_750_000_000_123)  ->  "2025-06-15T15:06:40.123Z"
"""

import re
from datetime import UTC, datetime
from typing import Final

PATTERN: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")


def moment(millis: int) -> datetime:
    """As an aware datetime in UTC."""
    return datetime.fromtimestamp(millis // 1000, UTC).replace(microsecond=millis % 1000 * 1000)


def to_text(millis: int) -> str:
    """As text with milliseconds and Z."""
    return moment(millis).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: object) -> int | None:
    """The millisecond that has begun at a timestamp; None if it is not one (a date, T, a time, Z or an offset)."""
    if not isinstance(text, str) or not PATTERN.fullmatch(text):
        return None
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        return None
    whole = int(parsed.replace(microsecond=0).timestamp())
    return whole * 1000 + -(-parsed.microsecond // 1000)
