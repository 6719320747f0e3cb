"""Stands before the emulated account: refuses signed URLs that are not good, and tells functions the time.

moto takes every signature, and one that is over. Source: "Authenticating requests: using query parameters (AWS
Signature Version 4)", S3 API reference.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final, final
from urllib.parse import parse_qs, parse_qsl, quote

from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from portable_faas_aws.emulator.clock import Clock
from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION
from portable_faas_aws.runtime.moment import NOW, WAIT

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]
SECRET: Final = "emulated"
SIGNATURE: Final = "X-Amz-Signature"
DENIED: Final = b"<Error><Code>AccessDenied</Code><Message>The signature is not valid, or no longer.</Message></Error>"


@final
class Signed:
    """A WSGI application around another one."""

    def __init__(self, inner: Application, clock: Clock) -> None:
        self._inner = inner
        self._clock = clock

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer, refuse, or pass on."""
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        if path == NOW:
            return _text(start_response, str(self._clock.now()))
        if path == WAIT:
            return _text(start_response, self._waited(parse_qs(query)))
        if SIGNATURE in query and not self._is_good(environ, dict(parse_qsl(query))):
            start_response("403 Forbidden", [("Content-Type", "application/xml")])
            return [DENIED]
        return self._inner(environ, start_response)

    def _waited(self, query: dict[str, list[str]]) -> str:
        """Wait for an execution on behalf of a function, which lets time pass meanwhile."""
        arn, timeout = query["execution"][0], query.get("timeout")
        execution: Any = stepfunctions_parser_backends[ACCOUNT][REGION].describe_execution(arn)
        ended = self._clock.lend(execution.over.is_set, float(timeout[0]) if timeout else None)
        return "ended" if ended else "late"

    def _is_good(self, environ: dict[str, Any], query: dict[str, str]) -> bool:
        signed_at = datetime.strptime(query["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if self._clock.now() >= (signed_at.timestamp() + int(query["X-Amz-Expires"])) * 1000:
            return False
        return hmac.compare_digest(signature(environ, query), query[SIGNATURE])


def signature(environ: dict[str, Any], query: dict[str, str]) -> str:
    """The signature that a request by a URL must have."""
    path = environ.get("RAW_URI", "").partition("?")[0] or quote(environ["PATH_INFO"].encode("latin-1"))
    named = sorted((name, value) for name, value in query.items() if name != SIGNATURE)
    written = "&".join(f"{quote(name, '-_.~')}={quote(value, '-_.~')}" for name, value in named)
    signed = query["X-Amz-SignedHeaders"].split(";")
    headers = "".join(f"{name}:{_header(environ, name)}\n" for name in signed)
    asked = "\n".join([environ["REQUEST_METHOD"], path, written, headers, ";".join(signed), "UNSIGNED-PAYLOAD"])
    scope = query["X-Amz-Credential"].partition("/")[2]
    text = "\n".join(["AWS4-HMAC-SHA256", query["X-Amz-Date"], scope, hashlib.sha256(asked.encode()).hexdigest()])
    key = f"AWS4{SECRET}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _header(environ: dict[str, Any], name: str) -> str:
    return str(environ.get("HTTP_" + name.upper().replace("-", "_"), "")).strip()


def _text(start_response: Any, text: str) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(text)))])
    return [text.encode()]
