"""Cookies in the one form that every platform carries.

sid=a/b==; httponly; path=/x; partitioned   ->   sid=a%2Fb%3D%3D; Path=/x; HttpOnly

Azure Functions takes a cookie apart and writes it anew: its value percent-encoded, its attributes in a fixed order,
unknown ones left out, and with a path in any case (``ResponseCookies`` and ``SetCookieHeaderValue`` of ASP.NET Core,
``RawScriptResult`` of the Functions host). So every engine does.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote, unquote

from portable_faas.triggers.http.response import COOKIE, TOKEN

ORDER: Final = ("Expires", "Max-Age", "Domain", "Path", "Secure", "SameSite", "HttpOnly")
FLAGS: Final = frozenset({"Secure", "HttpOnly"})
_NAMES: Final[Mapping[str, str]] = {name.lower(): name for name in ORDER}
_NUMBER: Final = re.compile(r"-?[0-9]{1,15}", re.ASCII)
_TEXT: Final = re.compile(r"[!-:<-~]+")
_ESCAPED: Final = re.compile(r"%([0-9A-Fa-f]{2})")


def written(header: str) -> str | None:
    """A ``Set-Cookie`` header in the form that is carried; None for what is no cookie."""
    pair, *rest = header.split(";")
    name, equals, value = (part.strip(" \t") for part in pair.partition("="))
    if not equals or not TOKEN.fullmatch(name):
        return None
    return "; ".join([f"{name}={quote(unquote(_unquoted(value)), safe='')}", *_attributes(rest)])


def value_of(text: str) -> str:
    """The value of a cookie as whoever set it meant it."""
    return unquote(_unquoted(text))


def sent_back(header: str) -> str:
    """A ``Cookie`` header as one who set plain values expects it: escapes of what may stand in a cookie are undone."""
    return _ESCAPED.sub(_octet, header)


def _octet(escape: re.Match[str]) -> str:
    found = chr(int(escape[1], 16))
    return found if COOKIE.fullmatch(found) else escape[0]


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


def _attributes(given: Iterable[str]) -> Iterator[str]:
    """The attributes that are understood, in the fixed order; the last of a name counts (RFC 6265, section 5.3)."""
    found = {"Path": "/"}
    for one in given:
        name, _, value = (part.strip(" \t") for part in one.partition("="))
        known = _NAMES.get(name.lower(), "")
        read = _read(known, value)
        if read is not None:
            found[known] = read
    return (name if name in FLAGS else f"{name}={found[name]}" for name in ORDER if name in found)


def _read(name: str, value: str) -> str | None:
    """The value of an attribute in its one form; None for what no client would take."""
    if name in FLAGS:
        return ""
    if name == "Expires":
        return _date(value)
    if name == "Max-Age":
        return str(max(0, int(value))) if _NUMBER.fullmatch(value) else None
    if name == "SameSite":
        return value.capitalize() if value.lower() in ("strict", "lax", "none") else None
    if name == "Path" and not value.startswith("/"):
        return None
    return value if name and _TEXT.fullmatch(value) else None


def _date(value: str) -> str | None:
    from datetime import UTC
    from email.utils import format_datetime, parsedate_to_datetime  # many modules, for what few cookies have

    try:
        found = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    return format_datetime((found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC), usegmt=True)
