"""From a request to the arguments of a function; every wrong parameter is named in one answer.

GET /orders/x?limit=no   ->   422 {"errors": [{"field": "path.id", ...}, {"field": "query.limit", ...}]}
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from portable_faas.errors import NotPortable
from portable_faas.triggers.http.form import JSON, Fields, fields, media_type
from portable_faas.triggers.http.parameters import NotThis, Parameter
from portable_faas.triggers.http.request import Request, Unreadable, Upload, pairs
from portable_faas.triggers.http.response import Problem
from portable_faas.values import loads
from portable_faas.values.codec import decoded

_CROSSING: Final = re.compile(r"(.+?) may not cross(?: a durable boundary| as (.+?)); .*", re.DOTALL)
_MISSING: Final = re.compile(r"the field is missing")
Errors = list[dict[str, str]]
_NOTHING: Final = object()


def bind(parameters: Sequence[Parameter], request: Request, path: Mapping[str, str]) -> dict[str, Any]:
    """The keyword arguments; ``Problem`` 400: cannot be read, 415: another media type, 422: wrong values."""
    if not parameters:
        return {}
    try:
        sources = _Sources(request)
        errors: Errors = []
        arguments = {}
        for parameter in parameters:
            place = parameter.place
            if place == "body":
                value = _body(parameter, request, errors)
            elif place == "path":
                value = _item(parameter, path[parameter.alias], f"path.{parameter.alias}", errors)
            else:
                value = request if place == "request" else _value(parameter, sources, errors)
            if value is not _NOTHING:
                arguments[parameter.name] = value
    except Unreadable as wrong:
        raise Problem(400, str(wrong)) from None
    if errors:
        raise Problem(422, "the request has values that do not fit", errors=errors)
    return arguments


class _Sources:
    """The query, headers, cookies and form of a request, each read when it is first asked for."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self._query: dict[str, list[str]] | None = None
        self._form: Fields | None = None

    def texts(self, parameter: Parameter) -> Sequence[str | Upload]:
        """What stands under a parameter's name at its place."""
        place, alias = parameter.place, parameter.alias
        if place == "query":
            self._query = pairs(self.request.query) if self._query is None else self._query
            return self._query.get(alias, [])
        if place == "form":
            return self.form().get(alias, [])
        found = self.request.header(alias) if place == "header" else self.request.cookies.get(alias)
        return [] if found is None else [found]

    def form(self) -> Fields:
        """The fields of the form; 415 for another body."""
        if self._form is None:
            found = fields(self.request)
            if found is None and self.request.body:
                raise Problem(415, "send a form: multipart/form-data or application/x-www-form-urlencoded")
            self._form = found or {}
        return self._form


def _value(parameter: Parameter, sources: _Sources, errors: Errors) -> Any:
    """What a text or several under a name stand for, or ``_NOTHING``."""
    field = f"{parameter.place}.{parameter.alias}"
    texts = sources.texts(parameter)
    if not texts:
        if parameter.required and not parameter.many:
            errors.append({"field": field, "detail": "is missing"})
        return [] if parameter.many and parameter.required else _NOTHING
    if not parameter.many:
        if len(texts) > 1:
            errors.append({"field": field, "detail": "is there more than once"})
            return _NOTHING
        return _item(parameter, texts[0], field, errors)
    return [_item(parameter, text, f"{field}[{index}]", errors) for index, text in enumerate(texts)]


def _item(parameter: Parameter, text: str | Upload, field: str, errors: Errors) -> Any:
    if parameter.codec is None or parameter.from_text is None or isinstance(text, Upload):
        if isinstance(text, Upload) != (parameter.codec is None):
            errors.append({"field": field, "detail": f"expected a {'file' if parameter.codec is None else 'text'}"})
        return text
    try:
        return decoded(parameter.codec, parameter.from_text(text), field)
    except NotThis as wrong:
        errors.append({"field": field, "detail": str(wrong)})
    except NotPortable as wrong:
        errors.append({"field": wrong.path, "detail": told(wrong.problem)})
    return _NOTHING


def _body(parameter: Parameter, request: Request, errors: Errors) -> Any:
    if parameter.codec is None:
        return request.body
    if not request.body and not parameter.required:
        return _NOTHING
    kind = media_type(request)
    if kind not in ("", JSON) and not (kind.startswith("application/") and kind.endswith("+json")):
        raise Problem(415, "send the body as application/json")
    if not request.body:
        errors.append({"field": "body", "detail": "is missing"})
        return _NOTHING
    try:
        return decoded(parameter.codec, loads(request.body), "body")
    except NotPortable as wrong:
        errors.append({"field": wrong.path, "detail": told(wrong.problem)})
    except ValueError as wrong:
        raise Unreadable(f"the body is not JSON: {wrong}") from None
    return _NOTHING


def told(problem: str) -> str:
    """A problem of a value in words for a client: what was found and wanted, without advice to the programmer."""
    crossing = _CROSSING.fullmatch(problem)
    if crossing is None:
        return "is missing" if _MISSING.match(problem) else problem
    found, wanted = crossing.groups()
    return f"expected {wanted}, found {found}" if wanted else f"{found} is not allowed here"
