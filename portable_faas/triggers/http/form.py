"""Reads forms: URL-encoded ones, and multipart ones with files (RFC 7578).

Content-Disposition: form-data; name="photo"; filename="a.png"  ->  {"photo": [Upload("a.png", ...)]}
"""

import re
from typing import Final

from portable_faas.triggers.http.request import Request, Unreadable, Upload, pairs

JSON: Final = "application/json"
URL_ENCODED: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
MOST_PARTS: Final = 1000
_BOUNDARY: Final = re.compile(r"boundary=(?:\"([^\"]{1,70})\"|([^\s;\"]{1,70}))", re.IGNORECASE)
_PARAMETER: Final = re.compile(r";\s*(name|filename)=\"((?:[^\"\\]|\\.)*)\"", re.IGNORECASE)

Fields = dict[str, list[str | Upload]]


def media_type(request: Request) -> str:
    """The content type without its parameters, in lower case; ``""`` if there is none."""
    found = request.header("content-type") or ""
    return found if found == JSON else found.partition(";")[0].strip().lower()


def fields(request: Request) -> Fields | None:
    """The fields of a form by name; None if the body is of another kind; ``Unreadable`` if it is broken."""
    kind = media_type(request)
    if kind == URL_ENCODED:
        try:
            return {name: list(values) for name, values in pairs(request.body.decode("ascii")).items()}
        except UnicodeDecodeError:
            raise Unreadable("the form is not ASCII with percent-encoding") from None
    return _multipart(request) if kind == MULTIPART else None


def _multipart(request: Request) -> Fields:
    found = _BOUNDARY.search(request.header("content-type") or "")
    if found is None:
        raise Unreadable("the content type of the form names no boundary")
    mark = b"--" + (found[1] or found[2]).encode("latin-1", "replace")
    parts = (b"\r\n" + request.body).split(b"\r\n" + mark)
    if len(parts) < 2 or not parts[-1].startswith(b"--"):
        raise Unreadable("the form has no closing boundary")
    if len(parts) > MOST_PARTS:
        raise Unreadable(f"the form has more than {MOST_PARTS} parts")
    fields: Fields = {}
    for part in parts[1:-1]:
        name, value = _part(part)
        fields.setdefault(name, []).append(value)
    return fields


def _part(part: bytes) -> tuple[str, str | Upload]:
    head, blank, data = part.partition(b"\r\n\r\n")
    headers = _headers(head)
    given = {key.lower(): value for key, value in _PARAMETER.findall(headers.get("content-disposition", ""))}
    if not blank or "name" not in given:
        raise Unreadable("a part of the form has no name")
    name = _plain(given["name"])
    if "filename" in given:
        return name, Upload(_plain(given["filename"]), headers.get("content-type", "application/octet-stream"), data)
    try:
        return name, data.decode()
    except UnicodeDecodeError:
        raise Unreadable(f"the field {name!r} of the form is not UTF-8") from None


def _headers(head: bytes) -> dict[str, str]:
    try:
        lines = head.decode().split("\r\n")
    except UnicodeDecodeError:
        raise Unreadable("a part of the form has a header that is not UTF-8") from None
    found = (line.partition(":") for line in lines if ":" in line)
    return {name.strip().lower(): value.strip() for name, _, value in found}


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
