"""Cross-origin requests, as the Fetch standard defines them: the preflight's answer and the headers of every other."""

from collections.abc import Iterable

from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer
from portable_faas.triggers.http.settings import Cors

Headers = tuple[tuple[str, str], ...]


def is_preflight(request: Request) -> bool:
    """Whether a browser asks if it may ask."""
    return request.method == "OPTIONS" and request.header("access-control-request-method") is not None


def preflight(cors: Cors, request: Request, methods: Iterable[str]) -> Answer:
    """What a browser may send; without the headers that allow it for a foreign origin."""
    headers = allowed(cors, request)
    if not any(name == "access-control-allow-origin" for name, _ in headers):
        return Answer(204, headers)
    given = (
        ("access-control-allow-methods", ", ".join(methods)),
        ("access-control-allow-headers", ", ".join(cors.headers)),
        ("access-control-max-age", str(cors.max_age)),
    )
    return Answer(204, (*headers, *given))


def allowed(cors: Cors, request: Request) -> Headers:
    """The headers that let the page of a known origin read an answer."""
    origin = request.header("origin")
    if "*" in cors.origins:
        return () if origin is None else (("access-control-allow-origin", "*"), *_exposed(cors))
    vary = ("vary", "origin")
    if origin is None or origin not in cors.origins:
        return (vary,)
    credentials = (("access-control-allow-credentials", "true"),) if cors.credentials else ()
    return (vary, ("access-control-allow-origin", origin), *credentials, *_exposed(cors))


def _exposed(cors: Cors) -> Headers:
    return (("access-control-expose-headers", ", ".join(cors.expose)),) if cors.expose else ()
