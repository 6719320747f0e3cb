"""Sends a request over HTTP and gives the whole answer, whatever its status: to an app's API, or to a signed URL."""

from http.client import HTTPConnection, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer

PATIENCE: Final = 60.0  # seconds; an HTTP API waits 30 for a function (Amazon API Gateway quotas)
HOP: Final = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"})


def is_absolute(request: Request) -> bool:
    """Whether a request names its server, as one by a signed URL does."""
    return request.path.startswith(("http://", "https://"))


def called(origin: str, request: Request) -> Answer:
    """The answer of ``origin`` (``https://host``); redirects are not followed. ``OSError`` if it is not reached."""
    place = urlsplit(origin)
    kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
    connection = kind(place.netloc, timeout=PATIENCE)
    try:
        path = place.path.rstrip("/") + request.path + (f"?{request.query}" if request.query else "")
        headers = {name: value.encode() for name, value in request.headers}
        connection.request(request.method, path, request.body, headers)
        response = connection.getresponse()
        found = tuple((name.lower(), value) for name, value in response.getheaders() if name.lower() not in HOP)
        return Answer(response.status, found, response.read())
    finally:
        connection.close()


def fetched(request: Request) -> Answer:
    """The answer to a request that names its server."""
    place = urlsplit(request.path)
    rest = Request(request.method, place.path, request.query, request.headers, request.body)
    return called(f"{place.scheme}://{place.netloc}", rest)
