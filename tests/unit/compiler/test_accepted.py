"""The accept corpus gives no diagnostic, from the text and from the live app alike, and is really examined."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from portable_faas.app import App
from portable_faas.compiler import check, check_source

FILES = sorted((Path(__file__).parent / "accepted").glob("*.py"))
DEF = re.compile(r"@app\.orchestrator\nasync def \w+\(.*\) -> .*:\n")


@pytest.fixture(params=FILES, ids=lambda path: path.stem)
def file(request: pytest.FixtureRequest) -> Path:
    path = request.param
    assert isinstance(path, Path)
    return path


@pytest.fixture
def module(file: Path) -> Iterator[ModuleType]:
    name = f"accepted_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[name] = loaded
    spec.loader.exec_module(loaded)
    yield loaded
    del sys.modules[name]


def test_text_is_accepted(file: Path) -> None:
    assert check_source(file.read_text(encoding="utf-8"), file.name) == ()


def test_app_is_accepted(module: ModuleType) -> None:
    assert isinstance(module.app, App)
    assert check(module.app) == ()


def test_every_orchestrator_is_examined(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    broken = DEF.sub(lambda found: found[0] + "    print(ctx)\n", text)
    found = check_source(broken, file.name)
    assert len(found) == len(DEF.findall(text)) > 10
    assert {each.code for each in found} == {"PF012"}


def test_corpus_is_wide() -> None:
    assert sum(len(DEF.findall(path.read_text(encoding="utf-8"))) for path in FILES) >= 60
