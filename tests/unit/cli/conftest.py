"""A user's folder with a small app, and `pfaas` as a real process in it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

APP = """
from dataclasses import dataclass
from portable_faas import App, Context

app = App("shop")


@dataclass
class Order:
    id: int
    price: float


class Declined(Exception):
    pass


@app.activity
def charge(order: Order) -> str:
    print("printed by the activity")
    if order.price > 100:
        raise Declined(f"{order.price} is too much")
    return f"receipt {order.id}"


@app.orchestrator
async def fulfil(ctx: Context, order: Order) -> str:
    return await charge(order)


@app.orchestrator
async def nap(ctx: Context) -> str:
    await ctx.sleep(3600)
    return "rested"
"""


class Ran(NamedTuple):
    """What a process left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Pfaas = Callable[..., Ran]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    (folder / "shop").mkdir(parents=True)
    (folder / "shop" / "__init__.py").write_text("")
    (folder / "shop" / "app.py").write_text(APP)
    return folder


@pytest.fixture
def pfaas(shop: Path) -> Pfaas:
    def run(*words: str, stdin: str = "", cwd: Path = shop) -> Ran:
        command = [sys.executable, "-W", "error", "-m", "portable_faas", *words]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, cwd=cwd, timeout=60, check=False)
        assert "Traceback" not in done.stderr, done.stderr
        return Ran(done.returncode, done.stdout, done.stderr)

    return run
