"""``Request``: what a client sent, in one form whoever carried it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, final

_NO_HEADERS: Final[Mapping[str, str]] = {}
_PERCENT: Final = re.compile(rb"%([0-9A-Fa-f]{0,2})")
BODY_LIMIT: Final = 4 * 1024 * 1024  # bytes; Lambda takes 6 MB per call, and Base64 adds a third to a body


@final
class Request:
    """A request; ``path`` and ``query`` are percent-encoded as they came, header names are lower-case.

    A platform that joins repeated headers may give ``headers`` as a mapping, in which they are found faster.
    ``client`` is the name of whoever was recognised (``""`` if nobody was), ``claims`` are those of its token, and
    ``raw`` is the provider's own event where there is one.
    """

    __slots__ = ("_by_name", "_given", "_headers", "body", "claims", "client", "method", "path", "query", "raw")

    def __init__(
        self,
        method: str,
        path: str,
        query: str = "",
        headers: Iterable[tuple[str, str]] | Mapping[str, str] = (),
        body: bytes = b"",
        raw: Any = None,
    ) -> None:
        self.method = method.upper()
        self.path = path
        self.query = query
        by_name: Any = headers if hasattr(headers, "keys") else _NO_HEADERS
        self._by_name: Mapping[str, str] = by_name
        self._given = headers
        self._headers: tuple[tuple[str, str], ...] | None = None
        self.body = body
        self.raw = raw
        self.client = ""
        self.claims: Mapping[str, Any] = {}

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """The headers in their order; they are read when they are first asked for, which many functions never do."""
        if self._headers is None:
            given: Any = self._by_name.items() if self._by_name else self._given
            self._headers = tuple([(name.lower(), value) for name, value in given])
        return self._headers

    def header(self, name: str) -> str | None:
        """A header's value; repeated ones are joined as HTTP allows. None if it is not there."""
        wanted = name.lower()
        if wanted in self._by_name:
            return self._by_name[wanted]
        found = [value for header, value in self.headers if header == wanted]
        if not found:
            return None
        return ("; " if wanted == "cookie" else ", ").join(found)

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies by name, percent-decoded as ``Response.cookie`` encodes them; the first of a name counts."""
        from portable_faas.triggers.http.cookies import value_of  # few functions read cookies

        found: dict[str, str] = {}
        for pair in (self.header("cookie") or "").split(";"):
            name, equals, value = pair.strip().partition("=")
            if equals and name:
                found.setdefault(name, value_of(value))
        return found

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.path}>"


@final
class Upload(NamedTuple):
    """A file of a form."""

    filename: str
    content_type: str
    data: bytes


class _BadEscape(Exception):
    pass


class Unreadable(ValueError):
    """What came is not what its form says; the text names the part."""


def segments(path: str) -> list[str]:
    """The decoded parts of a path: ``/a%20b/c`` -> ["a b", "c"]; ``Unreadable`` for what no route may see."""
    if not path.startswith("/"):
        raise Unreadable("the path does not start with a slash")
    if path.isascii() and "%" not in path and "/." not in path and "\0" not in path:
        return path[1:].split("/")  # nothing to decode, and nothing that no route may see
    return [_segment(part) for part in path[1:].split("/")]


def _segment(part: str) -> str:
    text = _decoded(part, "the path")
    if text in (".", "..") or "\0" in text:
        raise Unreadable("the path has a part that is '.', '..' or holds a NUL")
    return text


def pairs(query: str) -> dict[str, list[str]]:
    """The values of a query or a URL-encoded form by name."""
    found: dict[str, list[str]] = {}
    for pair in query.split("&"):
        if pair:
            name, _, value = pair.replace("+", " ").partition("=")
            found.setdefault(_decoded(name, "the query"), []).append(_decoded(value, "the query"))
    return found


def _decoded(text: str, where: str) -> str:
    if "%" not in text and text.isascii():
        return text
    try:
        return _PERCENT.sub(_byte, text.encode()).decode()
    except UnicodeDecodeError:
        raise Unreadable(f"{where} is not UTF-8") from None
    except UnicodeEncodeError:
        raise Unreadable(f"{where} has a character that no URL carries") from None
    except _BadEscape:
        raise Unreadable(f"{where} has a % that two hexadecimal digits do not follow") from None


def _byte(escape: re.Match[bytes]) -> bytes:
    if len(escape[1]) < 2:
        raise _BadEscape
    return bytes([int(escape[1], 16)])
