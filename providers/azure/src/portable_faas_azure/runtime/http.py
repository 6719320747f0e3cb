"""Between the HTTP trigger of Azure Functions and our requests and answers.

func.HttpRequest("POST", "https://host/items/7?q=1", ...)   ->   Request("POST", "/items/7", "q=1", ...)
Answer                                                      ->   func.HttpResponse
"""

from http.cookies import SimpleCookie
from urllib.parse import unquote, urlsplit

from azure.functions import HttpRequest, HttpResponse

from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer


def request_of(given: HttpRequest) -> Request:
    """The request that the trigger got; the host hands over the URL as it came."""
    parts = urlsplit(given.url)
    body = given.get_body() or b""
    method = given.method or "GET"
    return Request(method, parts.path or "/", parts.query, given.headers.items(), body, given)


def response_of(answer: Answer) -> HttpResponse:
    """What the function returns for an answer."""
    response = HttpResponse(answer.body, status_code=answer.status)
    # The SDK calls an answer without a type plain text; the host leaves out a type that is empty (ASP.NET Core,
    # HttpResponse.ContentType).
    response.headers.add("content-type", "")
    for name, value in answer.headers:
        if name == "set-cookie":
            response.headers.add(name, _cookie(value))
        else:
            response.headers[name] = value
    return response


def _cookie(header: str) -> str:
    """A cookie as the SDK reads it, with the value that the host will percent-encode."""
    pair, *attributes = header.split("; ")
    name, _, value = pair.partition("=")
    _, coded = SimpleCookie().value_encode(unquote(value))
    return "; ".join([f"{name}={coded}", *attributes])
