"""Between the events of an HTTP API (payload format 2.0) and our requests and answers.

{"version": "2.0", "rawPath": "/a", "cookies": ["x=1"], "body": "...", "isBase64Encoded": true, ...}  ->  Request
Answer  ->  {"statusCode": 200, "headers": {...}, "cookies": [...], "body": "..."}

Facts: AWS, "Create AWS Lambda proxy integrations for HTTP APIs": repeated headers are joined with commas, cookies stand
apart both ways, and a body may be Base64.
"""

import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer

TEXT: Final = ("application/json", "application/problem+json", "text/")  # bodies that go as they are, being UTF-8
_PLAIN: Final = re.compile(r"[A-Za-z0-9._~/%:@!$&'()*+,;=-]*")
_IN_PATH: Final = "/%:@!$&'()*+,;=~"  # stays as it is when a path comes decoded


def request_of(event: Mapping[str, Any]) -> Request:
    """The request that an event carries."""
    headers = event.get("headers", {})
    if event.get("cookies"):
        headers = {**headers, "cookie": "; ".join(event["cookies"])}
    text = event.get("body") or ""
    body = a2b_base64(text) if event.get("isBase64Encoded") else text.encode()
    path = event["rawPath"]
    # A stage other than $default stands before the path, which routes do not know.
    stage = event["requestContext"].get("stage", "$default")
    if stage != "$default":
        path = path.removeprefix(f"/{stage}") or "/"
    method = event["requestContext"]["http"]["method"]
    if not _PLAIN.fullmatch(path):
        path = quote(path, _IN_PATH)
    return Request(method, path, event.get("rawQueryString", ""), headers, body, event)


def response_of(answer: Answer) -> dict[str, Any]:
    """What the function returns for an answer."""
    headers: dict[str, str] = {}
    cookies = []
    for name, value in answer.headers:
        if name == "set-cookie":
            cookies.append(value)
        else:
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
    plain = headers.get("content-type", "").startswith(TEXT) and answer.body.isascii()
    found: dict[str, Any] = {"statusCode": answer.status, "headers": headers}
    if plain:
        found["body"] = answer.body.decode()
    else:
        found["body"], found["isBase64Encoded"] = b2a_base64(answer.body, newline=False).decode(), True
    if cookies:
        found["cookies"] = cookies
    return found
