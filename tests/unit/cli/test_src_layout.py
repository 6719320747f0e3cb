"""A project with its code in `src` needs no PYTHONPATH, and what is built has the import paths of the program."""

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.unit.cli.conftest import Pfaas
from tests.unit.package.conftest import SHARED_CACHE

SETTINGS = '[tool.portable-faas]\napp = "shop.app:app"\ncloud = "azure"\n'


@pytest.fixture
def laid_out(shop: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the project, with `src/shop`."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(SHARED_CACHE))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    (shop / "src").mkdir()
    (shop / "shop").rename(shop / "src" / "shop")
    (shop / "pyproject.toml").write_text(SETTINGS)
    return shop


def test_check_and_run_find_it(pfaas: Pfaas, laid_out: Path) -> None:
    assert pfaas("check").code == 0
    assert pfaas("check", "shop.app:app").code == 0
    ran = pfaas("run", "fulfil", "--input", json.dumps({"id": 1, "price": 2.0}), "--json")
    assert ran.json["output"] == "receipt 1"


def test_the_configuration_above_the_current_folder_counts(pfaas: Pfaas, laid_out: Path) -> None:
    (laid_out / "docs").mkdir()
    assert pfaas("check", cwd=laid_out / "docs").code == 0


def test_what_lies_beside_the_configuration_comes_first(pfaas: Pfaas, laid_out: Path) -> None:
    (laid_out / "shop").mkdir()  # a folder of data is no package while `src` has one
    assert pfaas("check").code == 0
    (laid_out / "shop" / "__init__.py").write_text("")
    assert pfaas("check").err.startswith(f"pfaas: there is no module shop.app in {laid_out} or")


def test_a_package_without_init_is_found(pfaas: Pfaas, laid_out: Path) -> None:
    (laid_out / "src" / "shop" / "__init__.py").unlink()
    assert pfaas("check").code == 0


@pytest.mark.parametrize("on", ["aws", "azure"])
def test_the_build_holds_the_import_paths(pfaas: Pfaas, laid_out: Path, on: str) -> None:
    ran = pfaas("build", "--on", on)
    assert ran.code == 0, ran.err
    (package,) = (laid_out / "dist").rglob("*.zip")
    names = ZipFile(package).namelist()
    assert "shop/app.py" in names
    assert not [name for name in names if name.startswith(("src", "pyproject"))]


@pytest.mark.parametrize("on", ["aws", "azure"])
def test_the_emulated_clouds_run_it(pfaas: Pfaas, laid_out: Path, monkeypatch: pytest.MonkeyPatch, on: str) -> None:
    monkeypatch.setenv("PFAAS_AZURE_STORAGE", "memory")
    ran = pfaas("run", "fulfil", "--on", on, "--input", json.dumps({"id": 1, "price": 2.0}), "--json")
    assert ran.code == 0, ran.err
    assert ran.json["output"] == "receipt 1"
