"""Values as clients outside write them: the wire forms of ``scalars``, and for times and UUIDs every usual spelling.

    "2026-11-21T09:01:41+01:00", "2026-11-21T08:01:41.5Z"   ->   datetime(2026, 11, 21, 8, 1, 41, ..., UTC)

Between our own processes one value has one form. A browser or another team's service does not know that form.
"""

import re
from datetime import UTC, datetime
from typing import Any, Final

from portable_faas.values.codec import STRING, Codec
from portable_faas.values.compiled import compiled_with
from portable_faas.values.problem import is_from
from portable_faas.values.scalars import pattern_decoder, scalar

# RFC 3339, section 5.6; its upper-case form. Python reads microseconds, so what is finer is cut off.
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_FINER: Final = re.compile(r"(\.\d{6})\d+")
_UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_CACHE: Final[dict[Any, Codec]] = {}


def client_codec(tp: Any) -> Codec:
    """The codec of an annotation for what comes from outside; it encodes as ``compiled`` does."""
    return compiled_with(tp, _CACHE, _scalar)


def _scalar(tp: Any) -> Codec | None:
    own = scalar(tp)
    if own is None:
        return None
    if tp is datetime:
        form = "an RFC 3339 time such as 2026-11-21T08:01:41Z"
        return _decoding(own, pattern_decoder("datetime", _MOMENT, form, _moment))
    if is_from(tp, "uuid", "UUID"):
        return _decoding(own, pattern_decoder("UUID", _UUID, "8-4-4-4-12 hex digits", tp))
    return own


def _decoding(own: Codec, decode: Any) -> Codec:
    return Codec(own.name, STRING, own.types).using(own.encode, decode)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(_FINER.sub(r"\1", text)).astimezone(UTC)
