"""A live app whose entities and orchestrators stand in several modules is checked across them."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from portable_faas.app import App
from portable_faas.compiler import check
from portable_faas.compiler.flows import program
from portable_faas.ir import Await
from portable_faas.ir.printer import show_shape
from portable_faas.ir.verifier import verify

ENTITIES = """
import time
from portable_faas import App, Context

app = App("shop")

class Counted:
    def size(self) -> int:
        return 1

class Plain: ...

@app.entity
class Stock(Counted):
    n: int = 0
    def take(self, k: int) -> int:
        self.n -= k
        return self.n
    def touch(self) -> float:
        return {touch}

@app.orchestrator
async def child(ctx: Context, n: int) -> int:
    return n
"""
MAIN = """
from portable_faas import Context
from shop_{name} import entities
from shop_{name}.entities import Plain, Stock, app, child as kid

@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    stock = ctx.entity(entities.Stock, "k")
    {line}
    async with ctx.lock(stock):
        await stock.call(Stock.take, n)
    await entities.child(n)
    return await kid(n)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("shop_")]:
        del sys.modules[name]


def written(folder: Path, name: str, line: str, touch: str) -> App:
    """The app of a package with these two modules."""
    package = folder / f"shop_{name}"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "entities.py").write_text(ENTITIES.format(touch=touch), encoding="utf-8")
    (package / "main.py").write_text(MAIN.format(name=name, line=line), encoding="utf-8")
    app = import_module(f"shop_{name}.main").app
    assert isinstance(app, App)
    return app


@pytest.mark.parametrize(
    ("name", "line", "touch", "found"),
    [
        ("fine", "await stock.call(Stock.size)", "0.0", []),
        ("operation", "await stock.call(entities.Stock.give)", "0.0", [("main.py", "PF045")]),
        ("plain", "await ctx.entity(entities.Plain, 'k').read()", "0.0", [("main.py", "PF044")]),
        ("other", "await ctx.entity(Plain, 'k').read()", "0.0", [("main.py", "PF044")]),
        ("dropped", "entities.child(n)", "0.0", [("main.py", "PF007")]),
        ("locked", "async with ctx.lock(stock): await kid(n)", "0.0", [("main.py", "PF041")]),
        ("clock", "pass", "time.time()", [("entities.py", "PF010")]),
    ],
)
def test_problems(folder: Path, name: str, line: str, touch: str, found: list[tuple[str, str]]) -> None:
    app = written(folder, name, line, touch)
    problems = check(app)
    assert [(Path(each.path).name, each.code) for each in problems] == found, "\n".join(map(str, problems))


def test_shapes(folder: Path) -> None:
    made = program(written(folder, "shapes", "await stock.read()", "0.0"))
    verify(made)
    ends = [block.end for flow in made.flows for block in flow.blocks if isinstance(block.end, Await)]
    shown = [show_shape(shape) for end in ends for shape in end.shapes]
    assert list(dict.fromkeys(shown)) == [
        "read of entity Stock",
        "lock Stock",
        "call of entity Stock.take",
        "release",
        "orchestrator child",
    ]
