"""The emulated HTTP API: which function a request reaches, what it gets, and what the client is answered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portable_faas_aws.emulator.declared import Route
from portable_faas_aws.emulator.rights import Rights
from portable_faas_aws.emulator.sources.front import Front, answer_of, event_of
from portable_faas_aws.emulator.timestamps import moment
from portable_faas_aws.runtime.http import request_of, response_of

from portable_faas.triggers.http.request import Request
from portable_faas.triggers.http.response import Answer

KEYS = ("GET /items", "GET /items/{id}", "GET /items/new", "PUT /items/{name}", "ANY /all/{x}/y", "$default")
FRONT = Front(lambda _url: [Route(key, key) for key in KEYS], None, None, Rights(None))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("method", "path", "key"),
    [
        ("GET", "/items/new", "GET /items/new"),
        ("GET", "/items/7", "GET /items/{id}"),
        ("PUT", "/items/new", "PUT /items/{name}"),
        ("HEAD", "/items/7", "$default"),
        ("DELETE", "/all/7/y", "ANY /all/{x}/y"),
        ("GET", "/items/7/8", "$default"),
        ("GET", "/", "$default"),
    ],
)
def test_the_most_specific_route_wins(method: str, path: str, key: str) -> None:
    found = FRONT._route(Request(method, path), None)
    assert found is not None
    assert found.key == key


def test_without_a_default_there_is_nothing() -> None:
    nothing = Front(lambda _url: [], None, None, Rights(None))  # type: ignore[arg-type]
    assert nothing.answer(Request("GET", "/")).status == 404


TOKENS = st.text("abcxyz-", min_size=1, max_size=6)
HEADERS = st.lists(st.tuples(TOKENS.map("x-{}".format), st.text("ab c;=", max_size=6).map(str.strip)), max_size=4)
KINDS = st.sampled_from(["application/json", "text/plain; charset=utf-8", "image/png"])


@given(HEADERS, st.lists(st.tuples(TOKENS, TOKENS), max_size=3), KINDS, st.binary(max_size=40))
def test_a_request_arrives_as_it_was_sent(
    headers: list[tuple[str, str]], cookies: list[tuple[str, str]], kind: str, body: bytes
) -> None:
    cookie = "; ".join(f"{name}={value}" for name, value in cookies)
    given = [*headers, ("content-type", kind), *([("cookie", cookie)] if cookie else [])]
    sent = Request("POST", "/a%2Fb/%C3%BC", "x=1&x=%20", given, body)
    found = request_of(event_of(sent, "$default", moment(0)))
    assert (found.method, found.path, found.query, found.body) == ("POST", "/a%2Fb/%C3%BC", "x=1&x=%20", body)
    assert found.cookies == sent.cookies
    for name, _ in given:
        assert (found.header(name) or "").replace(", ", ",") == (sent.header(name) or "").replace(", ", ",")


@given(st.lists(TOKENS.map(lambda value: ("set-cookie", f"a={value}")), max_size=3), KINDS, st.binary(max_size=40))
def test_an_answer_arrives_as_it_was_given(cookies: list[tuple[str, str]], kind: str, body: bytes) -> None:
    found = answer_of(response_of(Answer(201, (("content-type", kind), *cookies), body)))
    assert found == Answer(201, (("content-type", kind), *cookies), body)
