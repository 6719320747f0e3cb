"""Between the HTTP trigger of Azure Functions and our requests and answers.

func.HttpRequest("POST", "https://host/items/7?q=1", ...)   ->   Request("POST", "/items/7", "q=1", ...)
Answer                                                      ->   func.HttpResponse
"""

from urllib.parse import urlsplit

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
    """What the function returns for an answer. Without a content type of ours the SDK would call it plain text."""
    response = HttpResponse(answer.body, status_code=answer.status)
    for name, value in answer.headers:
        # The SDK's constructor takes one value per name; its own object takes several, such as cookies.
        response.headers.add(name, value)
    return response
