"""Wire values as JSON text, strictly: no NaN, no key twice, UTF-8, at most 16 MiB."""

import json
from collections.abc import Callable
from typing import Any, Final, NoReturn

from portable_faas.errors import NotPortable
from portable_faas.values.codec import Wire

MAX_BYTES: Final = 16 * 1024 * 1024
TOO_BIG: Final = "is over 16 MiB as JSON; keep it in a bucket and pass its key"
BLANK: Final = ("", " ", "\t", "\n", "\r")

_ENCODER: Final = json.JSONEncoder(allow_nan=False, ensure_ascii=False, check_circular=False, separators=(",", ":"))


def _routine() -> Callable[[Wire], str]:
    """The encoder's own routine, made once: ``JSONEncoder.encode`` makes it for each value, which takes as long."""
    made = getattr(json.encoder, "c_make_encoder", None)
    if made is None:
        return _ENCODER.encode
    write = made(None, _ENCODER.default, json.encoder.encode_basestring, None, ":", ",", False, False, False)
    return lambda wire: "".join(write(wire, 0))


_written: Final = _routine()


def dumps(wire: Wire, name: str = "value") -> str:
    """Compact JSON with keys in insertion order; ``NotPortable`` over 16 MiB of UTF-8."""
    text = _written(wire)
    # A character takes at most 4 bytes, so short text needs no counting.
    if len(text) > MAX_BYTES // 4 and len(text.encode()) > MAX_BYTES:
        raise NotPortable(name, TOO_BIG)
    return text


def dumps_arguments(wire: dict[str, Wire]) -> str:
    """The arguments of a call as one JSON object; the limit is each argument's, and the error names the parameter."""
    text = _written(wire)
    if len(text) > MAX_BYTES // 4:
        for name, value in wire.items():
            dumps(value, name)
    return text


def loads(text: str | bytes) -> Wire:
    """The wire value of JSON text; ``ValueError`` for what JSON or UTF-8 does not allow, and for a key twice."""
    read = text if isinstance(text, str) else text.decode()
    wire: Wire
    try:
        if read[:1] in BLANK:
            wire = _DECODER.decode(read)
        else:  # as `decode`, without a search for white space, of which our own texts have none
            wire, end = _DECODER.raw_decode(read)
            if end != len(read):
                wire = _DECODER.decode(read)
    except RecursionError:
        raise ValueError("the JSON is nested too deeply to be read") from None
    return wire


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON; use null or a finite number")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {twice!r} stands twice in one object; JSON readers disagree on which one counts")
    return found


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse_constant, object_pairs_hook=_unique)
