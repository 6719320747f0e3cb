"""``pfaas build``: what it refuses, how it says so, and what it leaves behind."""

import json
from pathlib import Path

import pytest

from portable_faas.manifest import parse
from tests.unit.cli.conftest import Pfaas
from tests.unit.package.conftest import SHARED_CACHE

SETTINGS = '[tool.portable-faas]\napp = "shop.app:app"\ncloud = "azure"\n'


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(SHARED_CACHE))


def test_json_is_the_manifest(pfaas: Pfaas, shop: Path) -> None:
    (shop / "pyproject.toml").write_text(SETTINGS)
    ran = pfaas("build", "--json")
    assert ran.code == 0
    assert parse(ran.out) == parse((shop / "dist" / "manifest.json").read_text())
    assert ran.err.splitlines()[-1].startswith("built shop for azure: 4 functions, ")
    assert pfaas("build", "--json").out == ran.out


def test_a_program_that_is_not_accepted_is_refused_with_its_places(pfaas: Pfaas, shop: Path) -> None:
    path = shop / "shop" / "app.py"
    path.write_text(path.read_text() + "\nimport time\n\n@app.orchestrator\nasync def bad(ctx: Context) -> float:\n")
    with path.open("a") as file:
        file.write("    return time.time()\n")
    ran = pfaas("build", "shop.app:app", "--on", "azure")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("shop/app.py:40:12: PF")
    assert not (shop / "dist").exists()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--on", "local"), 2, "pfaas: app 'shop' needs no build to run on local; name a cloud with --on"),
        (("--on", "moon"), 3, "pfaas: no provider 'moon' is installed"),
        (("--on", "azure", "--python", "3.9"), 2, "pfaas: azure runs Python 3.11, 3.12 or 3.13, not 3.9; set python"),
        (("--on", "azure", "--python", "four"), 2, "pfaas: azure runs Python 3.11, 3.12 or 3.13, not four; set python"),
    ],
)
def test_a_wrong_call_is_one_line(pfaas: Pfaas, words: tuple[str, ...], code: int, told: str) -> None:
    ran = pfaas("build", "shop.app:app", *words)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith(told)
    assert ran.err.count("\n") == 1


def test_it_overwrites_only_what_it_made(pfaas: Pfaas, shop: Path) -> None:
    (shop / "pyproject.toml").write_text(SETTINGS)
    (shop / "out" / "app").mkdir(parents=True)
    (shop / "out" / "app" / "precious.txt").write_text("mine")
    ran = pfaas("build", "--out", "out")
    assert ran.code == 2
    assert ran.err.splitlines()[-1] == "pfaas: out/app exists and no build of pfaas made it; choose another --out"
    assert (shop / "out" / "app" / "precious.txt").read_text() == "mine"
    (shop / "out" / "app").rename(shop / "out" / "other")
    assert pfaas("build", "--out", "out").code == 0
    assert pfaas("build", "--out", "out").code == 0
    assert (shop / "out" / "other" / "precious.txt").read_text() == "mine"


def test_a_folder_that_cannot_be_written(pfaas: Pfaas, shop: Path) -> None:
    (shop / "pyproject.toml").write_text(SETTINGS)
    (shop / "taken").write_text("a file")
    ran = pfaas("build", "--out", "taken")
    assert (ran.code, ran.err.strip()) == (2, "pfaas: taken is not a folder; choose another --out")
    ran = pfaas("build", "--out", "taken/dist")
    assert ran.code == 3
    assert ran.err.splitlines()[-1] == "pfaas: cannot write taken/dist: Not a directory"


def test_a_wrong_pattern_is_named_with_its_file(pfaas: Pfaas, shop: Path) -> None:
    (shop / "portable.toml").write_text('app = "shop.app:app"\nexclude = "x"\n')
    ran = pfaas("build", "--on", "azure")
    assert ran.code == 2
    assert ran.err.strip().endswith("portable.toml: exclude is a list of texts, not 'x'")
    (shop / "portable.toml").write_text('app = "shop.app:app"\ninclude = ["nothing.csv"]\n')
    assert f"include 'nothing.csv': there is no such file in {shop}" in pfaas("build", "--on", "azure").err


def test_a_requirement_that_does_not_exist(pfaas: Pfaas, shop: Path) -> None:
    listed = '[project]\ndependencies = [\n  "portable-faas",\n  "nothing-of-this-name>=1",\n]\n'
    (shop / "pyproject.toml").write_text(f"{listed}{SETTINGS}[tool.uv]\nno-index = true\n")
    ran = pfaas("build")
    assert ran.code == 2
    last = ran.err.splitlines()[-1]
    assert "cannot be resolved for Python" in last
    assert json.dumps(last).count("\\n") == 0
