"""Triggers: what starts a function besides an orchestrator, and what the function gets and gives back.

@app.get("/orders/{id}")             @app.schedule("0 6 * * 1-5", timezone="Europe/Oslo")
@app.on_message(orders)              @app.on_blob(photos, suffix=".png")        @app.on_event(shipped)
"""

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from portable_faas.triggers.event import BlobEvent as BlobEvent
    from portable_faas.triggers.event import CloudEvent as CloudEvent
    from portable_faas.triggers.event import Message as Message
    from portable_faas.triggers.event import Tick as Tick
    from portable_faas.triggers.function import Function as Function
    from portable_faas.triggers.http.parameters import Body as Body
    from portable_faas.triggers.http.parameters import Cookie as Cookie
    from portable_faas.triggers.http.parameters import Form as Form
    from portable_faas.triggers.http.parameters import Header as Header
    from portable_faas.triggers.http.parameters import Query as Query
    from portable_faas.triggers.http.request import Request as Request
    from portable_faas.triggers.http.request import Upload as Upload
    from portable_faas.triggers.http.response import Accepted as Accepted
    from portable_faas.triggers.http.response import Problem as Problem
    from portable_faas.triggers.http.response import Redirect as Redirect
    from portable_faas.triggers.http.response import Response as Response
    from portable_faas.triggers.http.settings import Cors as Cors
    from portable_faas.triggers.http.settings import Jwt as Jwt
    from portable_faas.triggers.http.settings import Rate as Rate

# An app without HTTP functions should not load what reads requests, so each name is loaded when it is asked for.
_PLACES: Final = {
    **dict.fromkeys(("BlobEvent", "CloudEvent", "Message", "Tick"), "event"),
    **dict.fromkeys(("Body", "Cookie", "Form", "Header", "Query"), "http.parameters"),
    **dict.fromkeys(("Request", "Upload"), "http.request"),
    **dict.fromkeys(("Accepted", "Problem", "Redirect", "Response"), "http.response"),
    **dict.fromkeys(("Cors", "Jwt", "Rate"), "http.settings"),
    "Function": "function",
}
__all__ = [
    "Accepted",
    "BlobEvent",
    "Body",
    "CloudEvent",
    "Cookie",
    "Cors",
    "Form",
    "Function",
    "Header",
    "Jwt",
    "Message",
    "Problem",
    "Query",
    "Rate",
    "Redirect",
    "Request",
    "Response",
    "Tick",
    "Upload",
]


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
