"""A live app: names are followed through its modules, and each problem is reported in the file it stands in."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from portable_faas import App, Context
from portable_faas.compiler import check

Import = Callable[..., ModuleType]

APP = """\
from portable_faas import App, Context
from {name}.steps import charge, helper, total, Plain, LIMITS
import {name}.steps as steps

app = App("shop")

@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    await helper(ctx, n)
    plain = Plain()
    LIMITS.append(n)
    await charge(n)
    await steps.charge(n)
    steps.total(3)
    return total(n) + plain.n
"""
STEPS = """\
import random
from portable_faas import App, Context

other = App("other")
LIMITS = []

class Plain:
    n = 1

@other.activity
def charge(n: int) -> int:
    return random.randint(0, n)

async def helper(ctx: Context, n: int) -> int:
    print(n)
    return await charge(n)

def total(n: int) -> int:
    return n + random.random()
"""


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Import]:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    made: list[str] = []

    def write(name: str, **files: str) -> ModuleType:
        folder = tmp_path / name
        folder.mkdir()
        for stem, text in {"__init__": "", **files}.items():
            (folder / f"{stem}.py").write_text(text.replace("{name}", name), encoding="utf-8")
        made.append(name)
        return importlib.import_module(f"{name}.app")

    yield write
    for name in [each for each in sys.modules if each.split(".")[0] in made]:
        del sys.modules[name]


def test_problems_are_found_across_modules(load: Import) -> None:
    found = check(load("shop", app=APP, steps=STEPS).app)
    assert [(each.path, each.line, each.code) for each in found] == [
        ("shop/app.py", 10, "PF020"),
        ("shop/app.py", 11, "PF013"),
        ("shop/steps.py", 15, "PF012"),
        ("shop/steps.py", 19, "PF011"),
    ]


def test_columns_count_characters(load: Import) -> None:
    text = APP.replace("    plain = Plain()", '    plain = 1; x = "ééé"; print(x)').replace("plain.n", "plain")
    found = check(load("wide", app=text.replace("    LIMITS.append(n)\n", ""), steps=STEPS).app)
    assert (found[0].line, found[0].column, found[0].code) == (10, 27, "PF012")


def test_app_in_a_function() -> None:
    app = App("inner")

    @app.activity
    def charge(n: int) -> int:
        return n

    async def twice(ctx: Context, n: int) -> int:
        return await charge(n) + await charge(n)

    limit = 3

    @app.orchestrator
    async def main(ctx: Context, n: int) -> int:
        if n < limit:
            await twice(ctx, n)
        return await charge(n)

    assert check(app) == ()


def test_third_party_coroutine_is_not_durable(load: Import) -> None:
    text = APP.replace("import {name}.steps as steps", "import pytest_asyncio.plugin as plugin")
    text = text.replace(
        "await steps.charge(n)", "await plugin.pytest_pycollect_makeitem_convert_async_functions_to_subclass(n)"
    )
    found = check(load("third", app=text.replace("    steps.total(3)\n", ""), steps=STEPS).app)
    assert [each.line for each in found if each.code == "PF006"] == [13]


def test_source_that_is_not_in_a_file() -> None:
    app = App("made")
    names = {"app": app}
    exec("@app.orchestrator\nasync def main(ctx, n):\n    return n", names)
    (found,) = check(app)
    assert found.code == "PF001"
    assert "cannot be read" in found.problem or "not found" in found.problem


def test_annotation_that_cannot_cross_by_its_value(load: Import) -> None:
    text = APP.replace("n: int) -> int:", "n: list[Plain]) -> int:").replace("total(n)", "1")
    found = check(load("noted", app=text, steps=STEPS).app)
    assert [each.line for each in found if each.code == "PF003"] == [8]


def test_file_is_parsed_again_when_it_changes(load: Import, tmp_path: Path) -> None:
    module = load("again", app=APP.replace("    LIMITS.append(n)\n", ""), steps=STEPS)
    before = check(module.app)
    assert check(module.app) == before
    file = tmp_path / "again" / "steps.py"
    file.write_text(file.read_text(encoding="utf-8").replace("    print(n)\n", "    pass;  n\n"), encoding="utf-8")
    after = check(module.app)
    assert {each.code for each in before} - {each.code for each in after} == {"PF012"}


LOOKED_UP = """\
from portable_faas import App, Context
from os import path as paths
from {name} import steps
from {name}.steps import ACTS, CHANGED, CURRENT, PATIENT, Shop, made

app = App("shop")

@app.orchestrator
async def main(ctx: Context, k: str) -> int:
    await ACTS[k](1)
    await steps.ACTS[k](1)
    await PATIENT(1)
    await steps.charge.using(timeout=3)(1)
    await CHANGED[k](1)
    await steps.CHANGED[k](1)
    await ctx.map(steps.LISTED[0], [1])
    await made(1)
    CURRENT.set(1)
    Shop.names.append(k)
    getattr(steps, "charge").fn(1)
    paths.exists(k)
    return await getattr(steps, "charge")(1)
"""
TABLES = """\
from contextvars import ContextVar
from functools import partial
from portable_faas import App

other = App("other")
CURRENT = ContextVar("current")

class Shop:
    names = []

@other.activity
def charge(n: int) -> int:
    return n

ACTS = {"a": charge}
CHANGED = {"a": charge}
CHANGED["b"] = charge
LISTED = [charge]
PATIENT = charge.using(timeout=30)
made = partial(charge, 1)
"""


def test_activities_are_looked_up_across_modules(load: Import) -> None:
    found = check(load("tables", app=LOOKED_UP, steps=TABLES).app)
    assert [(each.line, each.code) for each in found] == [
        (14, "PF009"),
        (15, "PF009"),
        (16, "PF009"),
        (17, "PF009"),
        (18, "PF013"),
        (19, "PF013"),
        (20, "PF006"),
        (21, "PF012"),
        (22, "PF009"),
    ]


DECORATED = """\
from functools import wraps
from portable_faas import App, Context

app = App("shop")

def plain(function):
    @wraps(function)
    def inner(*args, **kwargs):
        return function(*args, **kwargs)
    return inner

def awaited(function):
    @wraps(function)
    async def inner(*args, **kwargs):
        return await function(*args, **kwargs)
    return inner

@app.activity
@plain
def charge(amount: set[int]) -> int:
    return len(amount)

@app.activity
@plain
async def refund(n: int) -> int:
    return n

@app.activity
@awaited
async def ship(n: int) -> int:
    return n

@app.activity
@plain
def load(*keys: str) -> int:
    return len(keys)

@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    return await ship(n)
"""


def test_the_declaration_of_a_decorated_activity_is_that_of_what_is_decorated(load: Import) -> None:
    found = [f"{each.line} {each.code} {each.problem}" for each in check(load("decorated", app=DECORATED).app)]
    assert found == [
        "20 PF003 `set[int]` cannot cross: set[int] is not portable",
        "23 PF002 the activity `refund` is an `async def` below a decorator that calls it without awaiting it",
        "35 PF002 the activity `load` takes any number of arguments as `*keys`",
    ]
