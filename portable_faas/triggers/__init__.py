"""Triggers: what starts a function besides an orchestrator, and what the function gets and gives back.

@app.get("/orders/{id}")             @app.schedule("0 6 * * 1-5", timezone="Europe/Oslo")
@app.on_message(orders)              @app.on_blob(photos, suffix=".png")        @app.on_event(shipped)
"""

from portable_faas.triggers.event import BlobEvent, CloudEvent, Message, Tick
from portable_faas.triggers.function import Function
from portable_faas.triggers.http.parameters import Body, Cookie, Form, Header, Query
from portable_faas.triggers.http.request import Request, Upload
from portable_faas.triggers.http.response import Accepted, Problem, Redirect, Response
from portable_faas.triggers.http.settings import Cors, Jwt, Rate

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
