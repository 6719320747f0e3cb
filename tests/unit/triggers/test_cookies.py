"""Cookies and headers of an answer in the one form that every platform carries."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portable_faas.triggers import Request, Response
from portable_faas.triggers.http.cookies import sent_back, written
from portable_faas.triggers.http.headers import carried

OCTETS = [chr(code) for code in range(0x21, 0x7F) if chr(code) not in '",;\\']


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("a=1", "a=1; Path=/"),
        ("a=", "a=; Path=/"),
        ('a="x y"', "a=x%20y; Path=/"),
        ("sid=a/b==; httponly; path=/x; partitioned", "sid=a%2Fb%3D%3D; Path=/x; HttpOnly"),
        ("a=%3D%", "a=%3D%25; Path=/"),
        ("a=1; max-age=-5; MAX-AGE=x", "a=1; Max-Age=0; Path=/"),
        ("a=1; SameSite=NONE; Secure; Domain=x.example", "a=1; Domain=x.example; Path=/; Secure; SameSite=None"),
        ("a=1; samesite=odd; path=relative; domain=", "a=1; Path=/"),
        (
            "a=1; expires=Sun, 06 Nov 1994 08:49:37 +0100",
            "a=1; Expires=Sun, 06 Nov 1994 07:49:37 GMT; Path=/",
        ),
        ("a=1; expires=soon", "a=1; Path=/"),
        ("no cookie", None),
        ("b ad=1", None),
        ("=1", None),
    ],
)
def test_a_cookie_has_one_form(given: str, expected: str | None) -> None:
    assert written(given) == expected


@given(st.text(OCTETS, max_size=20))
def test_a_value_comes_back_as_it_was_set(value: str) -> None:
    header = Response(None).cookie("a", value).headers[0][1]
    assert header == written(header)
    sent = header.partition(";")[0]
    assert Request("GET", "/", headers=[("cookie", sent)]).cookies["a"] == value
    assert sent_back(sent) == f"a={value}"


def test_a_cookie_made_by_a_response_is_already_in_that_form() -> None:
    header = Response(None).cookie("a", "1", max_age=60, same_site="none").headers[0][1]
    assert header == written(header) == "a=1; Max-Age=60; Path=/; Secure; SameSite=None; HttpOnly"


def test_an_attribute_cannot_be_put_into_a_path() -> None:
    with pytest.raises(ValueError, match="has no semicolon"):
        Response(None).cookie("a", "1", path="/; Domain=evil.example")


def test_what_may_not_stand_in_a_cookie_stays_escaped() -> None:
    assert sent_back("a=%3B%22%2C%5C%20%0a%C3; b=%41%25") == "a=%3B%22%2C%5C%20%0a%C3; b=A%"


def test_repeated_headers_are_joined_and_cookies_stand_at_the_end(caplog: pytest.LogCaptureFixture) -> None:
    given = (("vary", "accept"), ("set-cookie", "a=1"), ("set-cookie", "secret"), ("vary", "origin"), ("x-a", "1"))
    with caplog.at_level(logging.WARNING, "portable_faas.http"):
        assert carried(given) == (("vary", "accept, origin"), ("x-a", "1"), ("set-cookie", "a=1; Path=/"))
    assert "secret" not in caplog.text
    assert "left out" in caplog.text
    assert carried((("content-type", "a/b"), ("content-type", "c/d"))) == (("content-type", "c/d"),)
