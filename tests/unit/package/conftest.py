"""Users' programs on disk, imported for one test, a cache of its own, and a stand-in for an adapter's recipe."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from portable_faas import App
from portable_faas.configuration import configuration
from portable_faas.package import LINUX, Packed, Project, Recipe, pack
from portable_faas.provider import Target

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
APP = """
from portable_faas import App, Context

from shop.prices import price

app = App("shop")


@app.activity
def charge(amount: int) -> int:
    return price(amount)


@app.orchestrator
async def fulfil(ctx: Context, amount: int) -> int:
    return await charge(amount)
"""
PROGRAM = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1.2"\ndependencies = ["portable-faas[azure]>=0.1"]\n'
    '[tool.portable-faas]\napp = "shop.app:app"\n',
    "shop/__init__.py": "",
    "shop/app.py": APP,
    "shop/prices.py": "def price(amount: int) -> int:\n    return amount * 2\n",
}

Written = Callable[..., Path]
Loaded = Callable[[Path], App]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "portable_faas"


# A cache that stays, for tests whose packages hold an SDK: filling it takes seconds and a package index.
SHARED_CACHE = Path(__file__).parents[3] / ".make" / "cache"


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Writes the program, with other files besides or in place of its own, into a folder."""

    def write(files: dict[str, str | bytes] | None = None, folder: str = "project") -> Path:
        root = tmp_path / folder
        for name, content in {**PROGRAM, **(files or {})}.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return root

    return write


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loaded]:
    """Imports ``shop.app`` from a folder and forgets it, and ``billing`` beside it, after the test."""

    def forget() -> None:
        for name in [name for name in sys.modules if name.partition(".")[0] in ("shop", "billing")]:
            del sys.modules[name]

    def load(code: Path) -> App:
        forget()
        monkeypatch.syspath_prepend(str(code))
        app: App = importlib.import_module("shop.app").app
        return app

    yield load
    forget()


def recipe(files: dict[str, bytes] | None = None) -> Recipe:
    """A recipe of no cloud, with generated ``files``."""

    def generated(_project: Project) -> dict[str, bytes]:
        return files or {}

    return Recipe("nowhere", ("3.11", "3.12", "3.13"), LINUX, ["portable_faas.replay"], generated, "/srv/app")


def target(root: Path, python: str = HERE) -> Target:
    return Target(configuration(root), python, root / "dist")


@pytest.fixture
def packed(loaded: Loaded) -> Callable[..., Packed]:
    """Packs the program in a folder."""

    def make(root: Path, *, code: Path | None = None, python: str = HERE, told: list[str] | None = None) -> Packed:
        return pack(loaded(code or root), target(root, python), recipe(), (told if told is not None else []).append)

    return make
