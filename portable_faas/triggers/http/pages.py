"""The pages that are ours: the OpenAPI document, its page for people, the status of an instance."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from portable_faas.triggers.http.host import Host
from portable_faas.triggers.http.request import Request, pairs
from portable_faas.triggers.http.response import Answer, Problem
from portable_faas.triggers.http.signing import instance_url, is_signed
from portable_faas.triggers.http.template import RESERVED
from portable_faas.values import dumps

if TYPE_CHECKING:
    from portable_faas.triggers.http.api import Api

FINISHED = ("Completed", "Failed", "Terminated")


async def page(api: "Api", host: Host, request: Request, parts: Sequence[str]) -> Answer | None:
    """The page at a path that no function answers; None if there is none."""
    if request.method in ("GET", "HEAD"):
        if request.path == api.settings.openapi:
            from portable_faas.triggers.http.openapi import document

            return _json(200, document(api.router, api.settings))
        if request.path == api.settings.docs:
            from portable_faas.triggers.http.docs import html

            return Answer(200, (("content-type", "text/html; charset=utf-8"),), html(api.router, api.settings).encode())
        if len(parts) == 3 and parts[:2] == [RESERVED[1:], "instances"]:
            return await _instance(host, request, parts[2])
    return await host.page(request) if parts[0] == RESERVED[1:] else None


async def _instance(host: Host, request: Request, instance_id: str) -> Answer:
    given = pairs(request.query).get("signature", [""])[0]
    key = await host.signing_key()
    if not is_signed(key, given, "instance", instance_id):
        raise Problem(403, "the signature of this URL is not valid")
    status = await host.instance(instance_id)
    if status is None:
        raise Problem(404, "there is no such instance; it may have been purged")
    if status["status"] in FINISHED:
        return _json(200, status)
    return _json(202, status, ("location", instance_url(key, instance_id)), ("retry-after", "1"))


def _json(status: int, body: Any, *headers: tuple[str, str]) -> Answer:
    given = (("content-type", "application/json"), ("cache-control", "no-store"), *headers)
    return Answer(status, given, dumps(body, "page").encode())
