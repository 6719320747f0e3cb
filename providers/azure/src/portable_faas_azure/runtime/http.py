"""Between the HTTP trigger of Azure Functions and our requests and answers.

func.HttpRequest("POST", "https://host/items/7?q=1", ...)   ->   Request("POST", "/items/7", "q=1", ...)
Answer                                                      ->   func.HttpResponse
"""

from http.cookies import SimpleCookie
from urllib.parse import unquote

from azure.functions import HttpRequest, HttpResponse

from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer


def request_of(given: HttpRequest) -> Request:
    """The request that the trigger got; the host hands over the URL as it came."""
    target = given.url.partition("://")[2].partition("/")[2]
    path, _, query = target.partition("?")
    body = given.get_body() or b""
    method = given.method or "GET"
    return Request(method, f"/{path}", query, given.headers, body, given)


def response_of(answer: Answer) -> HttpResponse:
    """What the function returns for an answer."""
    response = HttpResponse(answer.body, status_code=answer.status)
    add, typed = response.headers.add, False
    for name, value in answer.headers:  # the names are different ones, but for cookies
        typed = typed or name == "content-type"
        add(name, _cookie(value) if name == "set-cookie" else value)
    if not typed:
        # The SDK calls an answer without a type plain text; the host leaves out a type that is empty (ASP.NET Core,
        # HttpResponse.ContentType).
        add("content-type", "")
    return response


def _cookie(header: str) -> str:
    """A cookie as the SDK reads it, with the value that the host will percent-encode."""
    pair, *attributes = header.split("; ")
    name, _, value = pair.partition("=")
    _, coded = SimpleCookie().value_encode(unquote(value))
    return "; ".join([f"{name}={coded}", *attributes])
