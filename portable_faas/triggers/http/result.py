"""From what a function returns to an answer.

Order(7)      ->  200 application/json        "done"  ->  200 text/plain      None  ->  204
b"..."        ->  200 application/octet-stream    Response(order, status=201)   ->  201 application/json
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple, Union, get_args, get_origin

from portable_faas.triggers.http.parameters import free_values
from portable_faas.triggers.http.request import BODY_LIMIT
from portable_faas.triggers.http.response import PROBLEM, Accepted, Answer, Problem, Response
from portable_faas.values import dumps, encode
from portable_faas.values.annotation import is_union, opened, resolved_one
from portable_faas.values.codec import Codec, Unportable, encoded
from portable_faas.values.compiled import compiled

JSON: Final = "application/json"
TEXT: Final = "text/plain; charset=utf-8"
BINARY: Final = "application/octet-stream"


class TooLarge(ValueError):
    """A body that not every platform can carry."""


class Result(NamedTuple):
    """What a function declares to return: the body's type (None: unknown) with its codec; ``accepts``: 202 occurs."""

    type: Any
    codec: Codec | None
    accepts: bool


def result(fn: Callable[..., Any]) -> Result:
    """Read the return annotation; ``TypeError`` for a type that has no wire form."""
    if "return" not in fn.__annotations__:
        return Result(object, compiled(object), False)
    try:
        tp = resolved_one(fn.__annotations__["return"], fn.__globals__, free_values(fn))
        members = list(get_args(tp)) if is_union(opened(tp)) else [tp]
        bodies = [body for member in members for body in _bodies(member)]
        accepts = any(member is Accepted for member in members)
        if not bodies:
            return Result(None, None, accepts)
        union: Any = Union
        body = union[tuple(bodies)]
        return Result(body, compiled(body), accepts)
    except Unportable as wrong:
        raise TypeError(f"{fn.__qualname__}(): the result: {wrong}") from None


def _bodies(member: Any) -> list[Any]:
    origin = get_origin(member) or member
    if isinstance(origin, type) and issubclass(origin, Response):
        return list(get_args(member))
    return [] if origin is Accepted else [member]


def answer(result: Result, value: Any, status: int) -> Answer:
    """The answer for a plain result or a ``Response``; ``NotPortable`` for another type than declared."""
    if not isinstance(value, Response):
        if value is None:
            return Answer(204 if status == 200 else status)
        return Answer(status, *_content(result, value, None))
    if value.body is None:
        return Answer(value.status, tuple(value.headers))
    headers, body = _content(result, value.body, value.media_type)
    return Answer(value.status, (*headers, *value.headers), body)


def _content(result: Result, value: Any, media_type: str | None) -> tuple[tuple[tuple[str, str], ...], bytes]:
    if isinstance(value, bytes):
        kind, body = BINARY, value
    elif isinstance(value, str):
        kind, body = TEXT, value.encode()
    else:
        wire = encode(type(value), value, "result") if result.codec is None else encoded(result.codec, value, "result")
        kind, body = JSON, dumps(wire, "result").encode()
    if len(body) > BODY_LIMIT:
        raise TooLarge(
            f"the result has {len(body)} bytes, over {BODY_LIMIT}; put it in a bucket and redirect to get_url()"
        )
    return (("content-type", media_type or kind),), body


def problem(wrong: Problem) -> Answer:
    """The answer of a problem."""
    body = dumps(encode(object, wrong.document(), "problem"), "problem").encode()
    return Answer(wrong.status, (("content-type", PROBLEM), *wrong.headers), body)
