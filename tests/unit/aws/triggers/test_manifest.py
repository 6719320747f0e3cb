"""What the manifest of an app with triggers says to a deployer, and what a build refuses."""

import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from portable_faas_aws.build import build_app

from portable_faas.configuration import Configuration
from portable_faas.manifest import Manifest, references
from portable_faas.provider import Target

PROGRAM = """
from portable_faas import Accepted, App, Context

app = App("told")
orders = app.queue("orders", int, attempts=3, retry_after=10)
shipped = app.topic("shipped", str)
photos = app.bucket("photos")
app.api_client("shop", key=app.secret("shop-key"))


@app.activity
async def pack(n: int) -> None:
    await orders.send(n)


@app.orchestrator
async def main(ctx: Context, n: int) -> None:
    await pack(n)


@app.post("/jobs/{{n}}")
async def begin(n: int) -> Accepted:
    return Accepted(await main.start(n))


@app.get("/jobs", auth="anonymous")
async def jobs() -> int:
    return len(await photos.list())


@app.on_message(orders, batch=20)
def take(messages: list) -> None: ...


@app.on_event(shipped, type="express", attempts=2, retry_after=1)
def express(order: str) -> None: ...


@app.on_blob(photos, prefix="in/")
async def arrived(event) -> None:
    await shipped.publish(event.key)


@app.schedule("30 2 * * *", timezone="Europe/Oslo")
def nightly() -> None: ...

{more}
"""


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Manifest]]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))

    def build(more: str = "") -> Manifest:
        (tmp_path / "told_app.py").write_text(PROGRAM.format(more=more))
        target = Target(Configuration(), "3.11", tmp_path / "dist", emulated=True)
        return build_app(import_module("told_app").app, target, lambda _told: None)

    yield build
    sys.modules.pop("told_app", None)


def of(manifest: Manifest, name: str) -> Any:
    return next(function for function in manifest.functions if function.name == name)


def test_functions_say_what_starts_them_and_what_they_may_touch(built: Callable[..., Manifest]) -> None:
    manifest = built()
    assert [part["method"] for part in of(manifest, "jobs").triggers] == ["GET", "HEAD"]
    assert of(manifest, "pfaas_http").triggers[0]["path"] == "$default"
    assert of(manifest, "begin").environment == {"PFAAS_MACHINES": "${machine.prefix}"}
    may = {name: {(p["kind"], p["name"]): p["may"] for p in of(manifest, name).permissions} for name in
           ("begin", "jobs", "take", "arrived", "pack", "pfaas_http")}  # fmt: skip
    assert may["begin"]["machine", "main"] == ["describe", "start"]
    assert may["begin"]["secret", "shop-key"] == may["pfaas_http"]["secret", "shop-key"] == ["read"]
    assert may["jobs"]["bucket", "photos"] == ["get", "list"]
    assert may["take"]["queue", "orders"] == ["bury", "receive"]
    assert may["arrived"]["queue", "function.arrived"] == ["bury", "receive"]
    assert may["arrived"]["topic", "shipped"] == ["publish"]
    assert may["pack"]["queue", "orders"] == ["send"]
    assert ("queue", "orders") not in may["jobs"]
    assert ("secret", "shop-key") not in may["jobs"]


RATED = """
from portable_faas.triggers import Rate

app.api_client("bank", key=app.secret("bank-key"), rate=Rate(1, 60))

@app.get("/locked")
def locked() -> int:
    return 1

more = app.queue("more", int)

@app.on_message(more, idempotent_by=str)
def once(n: int) -> None: ...

@app.on_blob(photos)
async def send(event) -> None:
    await orders.send(1)
"""


TEXTS, ROWS = ("bucket", "values"), ("table", "instances")
OURS = {
    "begin": {TEXTS, ROWS},  # starts
    "jobs": set(),
    "take": {TEXTS},  # a message may be large
    "express": {TEXTS},
    "arrived": set(),
    "nightly": set(),
    "pfaas_http": {TEXTS, ROWS},  # tells how instances stand, by URLs that are signed
}


@pytest.mark.parametrize(
    ("more", "wanted"), [("", OURS), (RATED, {**OURS, "locked": {ROWS}, "once": {TEXTS, ROWS}, "send": {TEXTS}})]
)
def test_what_is_ours_may_be_touched_by_whom_it_serves(
    built: Callable[..., Manifest], more: str, wanted: dict[str, set[tuple[str, str]]]
) -> None:
    manifest = built(more)
    for name, ours in wanted.items():
        assert {(each["kind"], each["name"]) for each in of(manifest, name).permissions} & {TEXTS, ROWS} == ours, name


def test_sources_are_told_in_the_words_of_the_platform(built: Callable[..., Manifest]) -> None:
    manifest = built()
    (express,), (arrived,), (nightly,) = (of(manifest, name).triggers for name in ("express", "arrived", "nightly"))
    assert express["pattern"] == {"detail": {"specversion": ["1.0"], "type": ["express"]}}
    assert arrived["pattern"]["detail"]["bucket"] == {"name": ["${bucket:photos}"]}
    assert nightly["expressions"] == ["cron(30 2 * * ? *)", "cron(0 3 * * ? *)"]
    queues = {part["name"]: part for part in manifest.resources if part["kind"] == "queue"}
    assert set(queues) == {"orders", "function.express", "function.arrived"}
    assert (queues["orders"]["attempts"], queues["orders"]["dead"]) == (3, "orders.dead")
    assert queues["function.express"]["retry_after"] == 1.0
    assert {part["name"]: part["events"] for part in manifest.resources if "events" in part} == {"photos": True}


def test_every_resource_has_its_address_in_one_setting(built: Callable[..., Manifest]) -> None:
    text = built().settings["PFAAS_RESOURCES"]
    assert set(references(text)) == set(json.loads(text))
    assert {"queue:orders", "queue:orders.dead", "topic:shipped", "bucket:photos", "secret:shop-key"} <= set(
        json.loads(text)
    )


def test_a_build_is_the_same_twice(built: Callable[..., Manifest]) -> None:
    first = built()
    sys.modules.pop("told_app")
    assert built() == first
