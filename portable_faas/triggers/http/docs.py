"""The OpenAPI document as one page for people: plain HTML, no script, nothing loaded from elsewhere."""

import json
from collections.abc import Iterable
from html import escape
from typing import Any, Final

from portable_faas.triggers.http.openapi import document
from portable_faas.triggers.http.router import Endpoint
from portable_faas.triggers.http.settings import ApiSettings

_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#222}"
    "summary{cursor:pointer;padding:.5rem;background:#f3f4f6;border-radius:.4rem;margin:.4rem 0}"
    "code,pre{font:14px/1.5 ui-monospace,monospace}pre{background:#f8f9fa;padding:.8rem;overflow:auto}"
    "b.method{display:inline-block;min-width:4.5rem}table{border-collapse:collapse}"
    "td,th{padding:.2rem .8rem;text-align:left}"
)


def html(endpoints: Iterable[Endpoint], settings: ApiSettings) -> str:
    """The page."""
    api = document(endpoints, settings)
    about, schemas = api["info"], api["components"]["schemas"]
    link = f'<p><a href="{escape(settings.openapi)}">{escape(settings.openapi)}</a></p>' if settings.openapi else ""
    operations = "".join(
        _operation(method, path, operation)
        for path, methods in api["paths"].items()
        for method, operation in methods.items()
    )
    types = "".join(_folded(f"<code>{escape(name)}</code>", _code(schema)) for name, schema in schemas.items())
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(about["title"])}</title>'
        f"<style>{_STYLE}</style><h1>{escape(about['title'])} <small>{escape(about['version'])}</small></h1>"
        f"<p>{escape(about.get('description', ''))}</p>{link}{operations}<h2>Types</h2>{types}</html>"
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    head = f'<b class="method">{method.upper()}</b> <code>{escape(path)}</code> {escape(operation.get("summary", ""))}'
    security = ", ".join(name for one in operation["security"] for name in one) or "anonymous"
    body = f"<p>{escape(operation.get('description', ''))}</p><p>Who may call: {escape(security)}</p>"
    parameters = operation.get("parameters", [])
    if parameters:
        rows = "".join(_row(one) for one in parameters)
        body += f"<table><tr><th>parameter<th>in<th>required<th>type</tr>{rows}</table>"
    for kind, media in operation.get("requestBody", {}).get("content", {}).items():
        body += f"<p>Body, <code>{escape(kind)}</code></p>{_code(media.get('schema', {}))}"
    for status, response in operation["responses"].items():
        kinds = ", ".join(response.get("content", {}))
        body += f"<p><b>{escape(status)}</b> {escape(response['description'])} <code>{escape(kinds)}</code></p>"
    return _folded(head, body)


def _row(one: dict[str, Any]) -> str:
    cells = (one["name"], one["in"], "yes" if one["required"] else "no", json.dumps(one["schema"]))
    return "<tr>" + "".join(f"<td><code>{escape(cell)}</code>" for cell in cells) + "</tr>"


def _folded(head: str, body: str) -> str:
    return f"<details><summary>{head}</summary>{body}</details>"


def _code(schema: Any) -> str:
    return f"<pre>{escape(json.dumps(schema, indent=2))}</pre>"
