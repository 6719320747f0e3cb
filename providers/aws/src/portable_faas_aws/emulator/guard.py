"""Stands before the emulated account and refuses what a role may not do, as AWS would.

Only requests that are signed as a role are looked at: those of functions and of state machines, and signed URLs of
theirs. Who set the account up, and the test itself, may do everything. Policies of resources (of a bucket, a queue) are
not looked at here.
"""

import io
import json
from collections.abc import Callable, Iterable
from typing import Any, Final, final
from xml.sax.saxutils import escape

from moto.s3.models import s3_backends

from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT
from portable_faas_aws.emulator.roles import Roles, refusal
from portable_faas_aws.emulator.wishes import BY_ADDRESS, Request, Wish, wishes

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
JSON: Final = "application/x-amz-json-1.0"
OBJECT: Final = "arn:aws:s3:::"
ERROR: Final = "<Error><Code>AccessDenied</Code><Message>{}</Message></Error>"


@final
class Guard:
    """A WSGI application around another one."""

    def __init__(self, guarded: Application, roles: Roles) -> None:
        self._guarded = guarded
        self._roles = roles

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Pass a request on, or answer that it is denied."""
        signed = _request(environ, b"").signed
        role = self._roles.of(signed[0]) if signed else None
        if signed is None or role is None:
            return self._guarded(environ, start_response)
        body = b""
        if signed[1] not in BY_ADDRESS:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = io.BytesIO(body)
        wished = wishes(_request(environ, body), signed[1])
        for wish in (*wished, *_missing(wished)):
            if not self._roles.may(role, *wish):
                return _denied(role, wish, start_response, "form" in environ.get("CONTENT_TYPE", ""))
        return self._guarded(environ, start_response)


def _missing(wished: list[Wish]) -> list[Wish]:
    """Only who may list a bucket is told that an object is not there (API reference, GetObject)."""
    found = []
    for wish in wished:
        bucket, _, key = wish.resource.removeprefix(OBJECT).partition("/")
        if wish.action == "s3:GetObject" and not _has(bucket, key):
            found.append(Wish("s3:ListBucket", OBJECT + bucket))
    return found


def _has(bucket: str, key: str) -> bool:
    held = s3_backends[ACCOUNT]["aws"].buckets.get(bucket)
    return held is not None and key in held.keys


def _request(environ: dict[str, Any], body: bytes) -> Request:
    headers = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith(("HTTP_", "CONTENT_"))
    }
    path = environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace")
    return Request(environ["REQUEST_METHOD"], path, environ.get("QUERY_STRING", ""), headers, body)


def _denied(role: str, wish: Wish, start_response: Any, is_form: bool) -> Iterable[bytes]:
    """The answer in the protocol of the request: XML for S3 and for forms, JSON otherwise."""
    said = refusal(role, *wish)
    if wish.action.startswith("s3:"):
        text, status, kind = ERROR.format(escape(said)), "403 Forbidden", "application/xml"
    elif is_form:
        text, status, kind = f"<ErrorResponse>{ERROR.format(escape(said))}</ErrorResponse>", "403 Forbidden", "text/xml"
    else:
        text = json.dumps({"__type": "AccessDeniedException", "message": said, "Message": said})
        status, kind = ("403 Forbidden" if wish.action.startswith("lambda:") else "400 Bad Request"), JSON
    headers = [("Content-Type", kind), ("x-amzn-ErrorType", "AccessDeniedException"), ("x-amzn-RequestId", "denied")]
    start_response(status, headers)
    return [text.encode()]
