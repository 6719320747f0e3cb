"""The package, the machines and the manifest of ``pfaas build --on aws``, with a stand-in for the Lambda run time."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from portable_faas_aws.package import Runtime, build

from portable_faas import App
from portable_faas.manifest import Manifest, read
from portable_faas.package import PackageError
from portable_faas.provider import Target
from tests.unit.package.conftest import HERE, cache, loaded, target, written

__all__ = ["cache", "loaded", "written"]  # fixtures

STAND_IN = """
from standin.codec import decoded


def activity(declared):
    return lambda event, context: {"result": declared.fn(decoded(event)), "name": declared.name}


def orchestrator(declared):
    from pfaas_steps import STEPS

    return lambda event, context: {"steps": STEPS, "name": declared.name}
"""
RUNTIME = Runtime("standin.handler:activity", "standin.handler:orchestrator", ("standin.extra",))
MACHINES: dict[str, dict[str, Any]] = {"fulfil": {"QueryLanguage": "JSONata", "StartAt": "Caf\u00e9", "States": {}}}
GENERATED = {"pfaas_steps.py": b"STEPS = ['one']\n"}
INVOKE = """
import importlib, json, sys
sys.path[:] = [sys.argv[1], *(path for path in sys.path if "site-packages" not in path)]
module, name = sys.argv[2].rsplit(".", 1)  # as awslambdaric does
print(json.dumps(getattr(importlib.import_module(module), name)(json.loads(sys.argv[3]), None)))
"""

Build = Callable[..., Manifest]


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, loaded: Callable[[Path], App]) -> Build:
    folder = tmp_path / "run-time" / "standin"
    folder.mkdir(parents=True)
    for name, text in {
        "__init__": "",
        "handler": STAND_IN,
        "codec": "def decoded(event):\n    return event['n']\n",
        "extra": "",
        "emulator": "",
    }.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(str(folder.parent))

    def make(root: Path, machines: dict[str, Any] | None = None, aim: Target | None = None) -> Manifest:
        return build(loaded(root), aim or target(root), RUNTIME, machines or MACHINES, GENERATED, {}, (), print)

    return make


def invoke(folder: Path, handler: str, event: object) -> Any:
    command = [sys.executable, "-I", "-S", "-c", INVOKE, str(folder), handler, json.dumps(event)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_function_is_entered_by_its_handler(written: Callable[..., Path], built: Build, tmp_path: Path) -> None:
    root = written()
    manifest = built(root)
    with zipfile.ZipFile(root / "dist" / "app.zip") as found:
        found.extractall(tmp_path / "task")
    handlers = {function.name: function.handler for function in manifest.functions}
    assert handlers == {"charge": "pfaas_handlers.charge", "fulfil": "pfaas_handlers.fulfil"}
    assert invoke(tmp_path / "task", handlers["charge"], {"n": 21}) == {"result": 42, "name": "charge"}
    assert invoke(tmp_path / "task", handlers["fulfil"], {}) == {"steps": ["one"], "name": "fulfil"}


def test_one_zip_holds_the_run_time_and_nothing_else_of_ours(written: Callable[..., Path], built: Build) -> None:
    root = written()
    built(root)
    with zipfile.ZipFile(root / "dist" / "app.zip") as found:
        names = [name for name in found.namelist() if name.endswith(".py")]
    assert {"standin/handler.py", "standin/codec.py", "standin/extra.py", "pfaas_steps.py"} <= set(names)
    assert "standin/emulator.py" not in names
    assert not any(
        name.startswith(("portable_faas/cli", "portable_faas/compiler", "portable_faas/local")) for name in names
    )


def test_the_manifest_names_everything(written: Callable[..., Path], built: Build) -> None:
    root = written()
    app = (root / "shop/app.py").read_text().replace("@app.activity", "@app.activity(timeout=30, memory=512)")
    (root / "shop/app.py").write_text(app)
    manifest = built(root)
    assert read(root / "dist") == manifest
    assert (manifest.app, manifest.cloud, manifest.python) == ("shop", "aws", HERE)
    assert [(one.name, one.kind, one.memory, one.timeout) for one in manifest.functions] == [
        ("charge", "activity", 512, 90),
        ("fulfil", "orchestrator", None, 900),
    ]
    (machine,) = manifest.machines
    assert json.loads((root / "dist" / machine.definition).read_text("utf-8")) == MACHINES["fulfil"]
    assert (root / "dist" / manifest.packages[0].file).stat().st_size == manifest.packages[0].size


def test_the_release_is_that_of_all_that_was_built(written: Callable[..., Path], built: Build) -> None:
    root = written()
    first = built(root)
    assert built(root) == first
    other = built(root, {"fulfil": {"StartAt": "B", "States": {}}})
    assert other.release != first.release
    assert other.packages == first.packages
    (root / "shop/prices.py").write_text("def price(amount: int) -> int:\n    return amount * 3\n")
    assert built(root).release not in (first.release, other.release)


def test_a_machine_over_the_limit_is_named(written: Callable[..., Path], built: Build) -> None:
    large = {"fulfil": {"Comment": "x" * 1024 * 1024}}
    with pytest.raises(
        PackageError, match=r"^the state machine of orchestrator fulfil has 1,048,\d+ bytes, more than the"
    ):
        built(written(), large)


def test_a_former_machine_does_not_stay(written: Callable[..., Path], built: Build) -> None:
    root = written()
    built(root, {"old": {}, "fulfil": {}})
    built(root)
    assert [path.name for path in (root / "dist" / "machines").iterdir()] == ["fulfil.asl.json"]


def test_a_refused_build_leaves_the_former_one(written: Callable[..., Path], built: Build) -> None:
    root = written()
    first = built(root)
    (root / "shop" / "old.py").write_text("print 'x'\n")
    with pytest.raises(PackageError, match=r"shop/old\.py:1: not Python"):
        built(root)
    assert read(root / "dist") == first


def test_a_python_that_lambda_lacks(written: Callable[..., Path], built: Build) -> None:
    root = written()
    with pytest.raises(PackageError, match=r"aws runs Python 3\.11, 3\.12 or 3\.13, not 2\.7"):
        built(root, None, target(root, "2.7"))
