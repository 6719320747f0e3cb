"""The OpenAPI 3.1 document of an app, made from the same data that requests are bound and answers are made with."""

from collections.abc import Iterable
from typing import Any, Final

from portable_faas.triggers.http.parameters import Parameter
from portable_faas.triggers.http.request import Upload
from portable_faas.triggers.http.response import PROBLEM, TITLES
from portable_faas.triggers.http.result import BINARY, JSON
from portable_faas.triggers.http.router import Endpoint
from portable_faas.triggers.http.settings import ApiSettings
from portable_faas.values.annotation import is_union, opened
from portable_faas.values.schema import Schema, Schemas

_PROBLEM: Final[Schema] = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}
_SECURITY: Final[dict[str, Schema]] = {
    "key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
    "jwt": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
}


def document(endpoints: Iterable[Endpoint], settings: ApiSettings) -> dict[str, Any]:
    """The document as plain JSON."""
    schemas = Schemas()
    paths: dict[str, Any] = {}
    used: set[str] = set()
    for endpoint in endpoints:
        paths.setdefault(endpoint.route.path, {})[endpoint.route.method.lower()] = _operation(endpoint, schemas)
        used.add(endpoint.route.auth)
    security = {name: scheme for name, scheme in _SECURITY.items() if name in used}
    about = {"title": settings.title, "version": settings.version}
    if settings.description:
        about["description"] = settings.description
    components = {"schemas": {**schemas.definitions, "Problem": _PROBLEM}}
    return {
        "openapi": "3.1.0",
        "info": about,
        "paths": paths,
        "components": {**components, **({"securitySchemes": security} if security else {})},
    }


def _operation(endpoint: Endpoint, schemas: Schemas) -> dict[str, Any]:
    function, route = endpoint.function, endpoint.route
    summary, _, rest = (function.__doc__ or "").strip().partition("\n")
    simple = [one for one in endpoint.parameters if one.place in ("path", "query", "header", "cookie")]
    body = _body(endpoint, schemas)
    return {
        "operationId": function.name,
        **({"summary": summary} if summary else {}),
        **({"description": rest.strip()} if rest.strip() else {}),
        **({"parameters": [_parameter(one, schemas) for one in simple]} if simple else {}),
        **({"requestBody": body} if body else {}),
        "responses": _responses(endpoint, schemas, bool(body)),
        "security": [] if route.auth == "anonymous" else [{route.auth: []}],
    }


def _parameter(one: Parameter, schemas: Schemas) -> dict[str, Any]:
    schema = schemas.of(one.type)
    if one.place == "path" and schema.get("type") == "string":
        schema["minLength"] = 1
    return {"name": one.alias, "in": one.place, "required": one.required and not one.many, "schema": schema}


def _body(endpoint: Endpoint, schemas: Schemas) -> dict[str, Any] | None:
    for one in endpoint.parameters:
        if one.place == "body":
            content = {BINARY: {}} if one.codec is None else {JSON: {"schema": schemas.of(one.type)}}
            return {"required": one.required, "content": content}
    fields = [one for one in endpoint.parameters if one.place == "form"]
    if not fields:
        return None
    schema = {
        "type": "object",
        "properties": {one.alias: _field(one, schemas) for one in fields},
        "required": [one.alias for one in fields if one.required and not one.many],
    }
    kinds = ["multipart/form-data"]
    kinds += [] if any(one.codec is None for one in fields) else ["application/x-www-form-urlencoded"]
    return {"required": bool(schema["required"]), "content": {kind: {"schema": schema} for kind in kinds}}


def _field(one: Parameter, schemas: Schemas) -> Schema:
    if one.codec is not None:
        return schemas.of(one.type)
    file: Schema = {"type": "string", "contentMediaType": BINARY}
    return file if one.type is Upload else {"type": "array", "items": file}


def _responses(endpoint: Endpoint, schemas: Schemas, has_body: bool) -> dict[str, Any]:
    found = _result(endpoint, schemas)
    statuses = [400, 500, *([422] if endpoint.parameters else []), *([413, 415] if has_body else [])]
    statuses += [] if endpoint.route.auth == "anonymous" else [401, 429, 503]
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    problems = {str(status): {"description": TITLES[status], "content": content} for status in sorted(statuses)}
    return {**found, **problems, "default": {"description": "A problem", "content": content}}


def _result(endpoint: Endpoint, schemas: Schemas) -> dict[str, Any]:
    result, status = endpoint.result, str(endpoint.route.status)
    found: dict[str, Any] = {}
    if result.type is not None:
        members = [opened(member) for member in (result.type.__args__ if is_union(result.type) else [result.type])]
        kept = [member for member in members if member is not type(None)]
        if len(kept) < len(members):
            found["204" if status == "200" else status] = {"description": "Done"}
        if kept:
            content = {kind: media for member in kept for kind, media in _media(member, result.type, schemas).items()}
            found[status] = {"description": "The result", "content": content}
    elif not result.accepts:
        found["2XX"] = {"description": "An answer"}
    if result.accepts:
        link = {"description": "Where to ask for the status", "schema": {"type": "string"}}
        found["202"] = {"description": "It goes on; ask at the Location", "headers": {"Location": link}}
    return found


def _media(member: Any, whole: Any, schemas: Schemas) -> dict[str, Any]:
    if member is str:
        return {"text/plain": {"schema": {"type": "string"}}}
    if member is bytes:
        return {BINARY: {}}
    rest = [part for part in whole.__args__ if part not in (str, bytes, type(None))] if is_union(whole) else [member]
    options = [schemas.of(part) for part in rest]
    return {JSON: {"schema": options[0] if len(options) == 1 else {"anyOf": options}}}
