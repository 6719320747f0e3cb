"""What a declaration refuses, and where it says so."""

from collections.abc import Callable
from typing import Any

import pytest

from portable_faas import App
from portable_faas.compiler import check
from portable_faas.triggers import Cors, Jwt, Rate, Tick, Upload
from portable_faas.triggers.trigger import Route


def handler() -> None: ...


def one(x: int) -> None: ...


Wrong = tuple[Callable[[Any], Any], type[Exception], str]
WRONG: list[Wrong] = [
    (lambda app: app.bucket("values"), ValueError, "call yours otherwise"),
    (lambda app: app.get("items")(handler), ValueError, "starts with '/'"),
    (lambda app: app.get("/-pfaas/x")(handler), ValueError, "/-pfaas"),
    (lambda app: app.get("/a//b")(handler), ValueError, "single slashes"),
    (lambda app: app.get("/a b")(handler), ValueError, "plain parts"),
    (lambda app: app.get("/{x}/{x}")(one), ValueError, "a name twice"),
    (lambda app: app.get("/{y}")(one), TypeError, "no parameter 'y'"),
    (lambda app: app.get("/", auth="none")(handler), ValueError, 'auth is "key"'),
    (lambda app: app.get("/", status=404)(handler), ValueError, "200 to 299"),
    (lambda app: app.get("/")(app.get("/x")(handler)), TypeError, "has a trigger already"),
    (lambda app: app.get("/")(print), TypeError, "a plain function"),
    (lambda app: app.get("/", uses=[print])(handler), TypeError, "uses is a tuple"),
    (lambda app: app.get("/", uses=(print,))(handler), TypeError, "operations of resources"),
    (lambda app: (app.get("/{x}")(one), app.get("/{y}")(lambda y: y)), ValueError, "is answered by one already"),
    (lambda app: (app.get("/a")(handler), app.activity(handler)), ValueError, "already has a function named"),
    (lambda app: (app.activity(handler), app.get("/a")(handler)), ValueError, "already has a function named"),
    (lambda app: app.schedule(), TypeError, "and not both"),
    (lambda app: app.schedule("* * * * *", every=60), TypeError, "and not both"),
    (lambda app: app.schedule(every=59), ValueError, "60 seconds or more"),
    (lambda app: app.schedule(every=90), ValueError, "whole number of minutes"),
    (lambda app: app.queue("oo", int, retry_after=39601), ValueError, "retry_after is at most 39600 seconds"),
    (lambda app: app.on_event(app.topic("tt", int), retry_after=39601), ValueError, "retry_after is at most 39600"),
    (lambda app: app.schedule("* * * *"), ValueError, "five fields"),
    (lambda app: app.schedule("* * * * *", timezone="x"), ValueError, "no time zone"),
    (lambda app: app.schedule(every=60)(lambda a, b: None), TypeError, "no parameter or one"),
    (lambda app: app.on_message(App("b").queue("qq", int))(one), ValueError, "does not belong to app"),
    (lambda app: app.on_message(app.bucket("bb"))(one), TypeError, "expected a queue"),
    (lambda app: app.on_message(app.queue("qq", int), batch=33), ValueError, "batch is 1 to 32"),
    (lambda app: app.on_message(app.queue("qq", int))(handler), TypeError, "takes one parameter"),
    (lambda app: app.on_blob(app.bucket("bb"), change="moved"), ValueError, "change is"),
    (lambda app: app.queue("Orders", int), ValueError, "lower-case letters"),
    (lambda app: app.queue("a--b", int), ValueError, "single hyphens"),
    (lambda app: app.queue("o" * 41, int), ValueError, "2 to 40"),
    (lambda app: app.queue("oo", set), TypeError, "not portable"),
    (lambda app: app.queue("oo", int, attempts=0), ValueError, "1 to 100"),
    (lambda app: (app.queue("oo", int), app.queue("oo", int)), ValueError, "already has a queue named"),
    (lambda app: app.setting("ss", default=1), TypeError, "is text"),
    (lambda app: app.mount("/", handler), ValueError, "fixed path"),
    (lambda app: app.mount("/{x}", handler), ValueError, "fixed path"),
    (lambda app: app.mount("/x", None), TypeError, "ASGI application"),
    (lambda app: (app.api(), app.api()), ValueError, "has called api"),
    (lambda app: app.api_client("web", key="the key"), TypeError, "never the key itself"),
    (lambda app: app.api_client("a b", key=app.secret("ss")), ValueError, "a client is named"),
    (lambda app: Rate(0), ValueError, "from 1"),
    (lambda app: Rate(1, 0.5), ValueError, "whole seconds"),
    (lambda app: Cors("*"), TypeError, "a list"),
    (lambda app: Cors(["*"], credentials=True), ValueError, "browsers refuse"),
    (lambda app: Jwt("i", "a", "http://keys.example"), ValueError, "https or from a file"),
]


@pytest.mark.parametrize(("declare", "error", "text"), WRONG)
def test_wrong_declarations(declare: Callable[[Any], Any], error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        declare(App("wrong"))


def two_bodies(a: dict[str, int], b: list[int]) -> None: ...
def body_of_get(a: bytes) -> None: ...
def scary(a: set[int]) -> None: ...
def result() -> set[int]:
    return set()


def mixed(a: int | str) -> None: ...
def with_stars(*a: int) -> None: ...
def form_and_body(a: Upload, b: dict[str, int]) -> None: ...


@pytest.mark.parametrize(
    ("fn", "method", "text"),
    [
        (two_bodies, "post", "a: a request has one body|a, b: a request has one body"),
        (scary, "post", "set"),
        (result, "post", "the result"),
        (mixed, "post", "cannot be read from one text"),
        (with_stars, "post", "name each parameter"),
        (form_and_body, "post", "one body"),
    ],
)
def test_check_names_what_no_request_can_fill(fn: Callable[..., Any], method: str, text: str) -> None:
    app = App("wrong")
    getattr(app, method)("/x")(fn)
    (problem,) = check(app)
    assert (problem.code, problem.line) == ("PF003", fn.__code__.co_firstlineno)
    assert any(part in str(problem) for part in text.split("|"))


def test_a_declared_function_stays_a_function() -> None:
    app = App("plain")

    @app.get("/double/{n}")
    def double(n: int) -> int:
        """Twice."""
        return 2 * n

    @app.schedule(every=60)
    async def tick(tick: Tick) -> str:
        return "ticked"

    assert double(4) == 8
    assert (double.name, double.__doc__, isinstance(double.trigger, Route)) == ("double", "Twice.", True)
    assert list(app.functions) == ["double", "tick"]
    assert double.trigger.part() == {"kind": "http", "method": "GET", "path": "/double/{n}", "auth": "key"}
