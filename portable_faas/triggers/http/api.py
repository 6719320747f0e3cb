"""``Api``: request in, answer out. Every engine carries its requests here, so they get one answer everywhere.

path -> route -> client -> rate -> arguments -> function -> answer; what goes wrong on the way is a problem (RFC 9457)
"""

import logging
from collections.abc import Iterable, Mapping
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from portable_faas.errors import NotPortable
from portable_faas.triggers.function import Function
from portable_faas.triggers.http import cors, pages
from portable_faas.triggers.http.binding import bind
from portable_faas.triggers.http.entry import Entry
from portable_faas.triggers.http.headers import carried
from portable_faas.triggers.http.host import Host
from portable_faas.triggers.http.request import BODY_LIMIT, Request, Unreadable, segments
from portable_faas.triggers.http.response import Accepted, Answer, Problem, Response
from portable_faas.triggers.http.result import answer, problem
from portable_faas.triggers.http.router import Endpoint, Endpoints, Router, methods, values_for
from portable_faas.triggers.http.settings import ApiSettings, Mount
from portable_faas.triggers.http.signing import instance_url
from portable_faas.values.logged import log_failure

if TYPE_CHECKING:
    from portable_faas.triggers.http.asgi import Mounted

LOG: Final = logging.getLogger("portable_faas.http")
ACCESS: Final = logging.getLogger("portable_faas.access")


class Api:
    """The HTTP side of an app on one engine; ``TypeError`` if a function's types do not fit HTTP."""

    def __init__(self, functions: Iterable[Function[..., Any]], settings: ApiSettings, host: Host) -> None:
        self.router = Router(functions)
        self.settings = settings
        self._host = host
        self._entry = Entry(settings, host)
        self._mounts = _mounted(settings.mounts)

    async def answer(self, request: Request) -> Answer:
        """The answer to a request; never raises for anything that a client sent."""
        started = perf_counter()
        try:
            name, found = await self._routed(request)
        except Exception as wrong:
            name, found = "-", _unanswered(wrong)
        if self.settings.cors is not None and not cors.is_preflight(request):
            found = found._replace(headers=(*found.headers, *cors.allowed(self.settings.cors, request)))
        if ACCESS.isEnabledFor(logging.INFO) and ACCESS.hasHandlers():  # a record that nobody takes costs as much
            took = 1000 * (perf_counter() - started)
            ACCESS.info("%s %s %d %.0fms %s", request.method, name, found.status, took, request.client or "-")
        headers = carried(found.headers)
        if headers is not found.headers or request.method == "HEAD":
            return Answer(found.status, headers, b"" if request.method == "HEAD" else found.body)
        return found

    async def close(self) -> None:
        """Let mounted applications end."""
        for mounted in self._mounts:
            await mounted.close()

    async def _routed(self, request: Request) -> tuple[str, Answer]:
        """The name of what was asked for (for the log: never the path itself) and its answer."""
        if len(request.body) > BODY_LIMIT:
            raise Problem(413, f"the body is over {BODY_LIMIT} bytes")
        parts = segments(request.path)
        found = self.router.find(parts)
        if found is not None:
            endpoints, values = found
            given = endpoints.get("GET" if request.method == "HEAD" else request.method)
            if given is not None:
                return given.route.path, await self._called(given, values_for(given, values), request)
            return next(iter(endpoints.values())).route.path, self._other_method(endpoints, request)
        for mounted in self._mounts:
            if mounted.covers(request.path):
                return f"{mounted.path}/...", await self._mounted(mounted, request)
        page = await pages.page(self, self._host, request, parts)
        if page is None:
            raise Problem(404, "there is nothing at this path")
        return "/-pfaas", page

    def _other_method(self, endpoints: Endpoints, request: Request) -> Answer:
        allow = methods(endpoints)
        if self.settings.cors is not None and cors.is_preflight(request):
            return cors.preflight(self.settings.cors, request, allow)
        headers = (("allow", ", ".join((*allow, "OPTIONS"))),)
        if request.method == "OPTIONS":
            return Answer(204, headers)
        raise Problem(405, f"this path answers {', '.join(allow)}", headers=dict(headers))

    async def _mounted(self, mounted: "Mounted", request: Request) -> Answer:
        await self._entry.admit(request, mounted.auth)
        try:
            return await mounted.answer(request)
        except Exception as wrong:
            log_failure(LOG, logging.ERROR, wrong, "the application at %s failed", mounted.path)
            return problem(Problem(500, "the application failed; its log says why"))

    async def _called(self, found: Endpoint, path: Mapping[str, str], request: Request) -> Answer:
        if found.route.auth != "anonymous":
            await self._entry.admit(request, found.route.auth)
        arguments = bind(found.parameters, request, path)
        try:
            value = await self._host.run(found.function, arguments)
            if isinstance(value, Accepted):
                value = await self._accepted(value)
            return answer(found.result, value, found.route.status)
        except Problem as wrong:
            return problem(wrong)
        except NotPortable as wrong:
            LOG.error("function %s returned what it does not declare: %s", found.function.name, wrong)
        except Exception as wrong:
            log_failure(LOG, logging.ERROR, wrong, "function %s failed", found.function.name)
        return problem(Problem(500, "the function failed; its log says why"))

    async def _accepted(self, accepted: Accepted) -> Response[dict[str, str]]:
        url = instance_url(await self._host.signing_key(), accepted.handle.instance_id)
        headers = {"location": url, "retry-after": str(accepted.retry_after)}
        return Response({"instance_id": accepted.handle.instance_id, "status_url": url}, 202, headers)


def _unanswered(wrong: Exception) -> Answer:
    """What a client gets whose request came to no answer, whatever is wrong with it or with us."""
    if isinstance(wrong, Problem):
        return problem(wrong)
    if isinstance(wrong, Unreadable):
        return problem(Problem(400, str(wrong)))
    log_failure(LOG, logging.ERROR, wrong, "a request could not be answered")
    return problem(Problem(500, "the request could not be answered; the log says why"))


def _mounted(mounts: Iterable[Mount]) -> "list[Mounted]":
    if not mounts:
        return []
    from portable_faas.triggers.http.asgi import Mounted  # it needs asyncio, which a function may do without

    return [Mounted(mount) for mount in mounts]
