"""What of ours ships: the modules that the run time loads, and no others; and they load in a bare interpreter."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from portable_faas.package import PackageError, Packed
from portable_faas.package.reach import Source, reached
from portable_faas.package.shipped import shipped
from tests.unit.package.conftest import APP, Written

Pack = Callable[..., Packed]
DEVELOPMENT = (
    "cli",
    "compiler",
    "local",
    "testing",
    "package",
    "manifest",
    "pytest_plugin",
    "mypy_plugin",
    "client",
    "provider",
)
RUN_TIMES = {
    "core": ["portable_faas.replay"],
    "azure": ["portable_faas_azure.runtime.registration"],
}


def ships_nothing_else(files: dict[str, bytes]) -> bool:
    return not any(name.split("/")[1].removesuffix(".py") in DEVELOPMENT for name in files)


@pytest.mark.parametrize("name", RUN_TIMES)
def test_only_the_run_time_ships(name: str) -> None:
    found = shipped(RUN_TIMES[name], {})
    assert {f"{entry.replace('.', '/')}" for entry in RUN_TIMES[name]} <= {
        path.removesuffix(".py").removesuffix("/__init__") for path in found
    }
    assert "portable_faas/values/codec.py" in found
    assert ships_nothing_else(found)
    assert not any("emulator" in path or path == "portable_faas_azure/provider.py" for path in found)


def test_it_loads_in_a_bare_interpreter_and_runs(written: Written, packed: Pack, tmp_path: Path) -> None:
    """Every module, also those that are loaded on first use; and one step of an orchestrator."""
    files = packed(written()).files
    assert ships_nothing_else({name: text for name, text in files.items() if name.startswith("portable_faas/")})
    for name, content in files.items():
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    modules = sorted(
        name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in files if name.endswith(".py")
    )
    code = f"""
import sys
sys.path = [{str(tmp_path / "site")!r}, *(path for path in sys.path if "site-packages" not in path)]
for module in {modules!r}:
    __import__(module)
from portable_faas.replay import Execution, Identity
from shop.app import charge, fulfil
execution = Execution(fulfil.fn, fulfil.signature(), Identity("i", "0" * 32, "log"), {{"amount": 2}})
print(execution.start(0)[0].call.name)
print(charge.signature().encode_result(charge.fn(2)))
ours = [m.__file__ for n, m in sys.modules.items() if n.split(".")[0] == "portable_faas"]
print(all(path.startswith({str(tmp_path / "site")!r}) for path in ours))
"""
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["charge", "4", "True"], done.stderr


def test_what_the_program_imports_of_ours_ships_too(written: Written, packed: Pack) -> None:
    asked = APP.replace("import App, Context", "import App, Context, connect")
    assert "portable_faas/client.py" not in packed(written()).files
    found = packed(written({"shop/app.py": asked}, "asking")).files
    assert {"portable_faas/client.py", "portable_faas/provider.py"} <= set(found)


@pytest.mark.parametrize(
    "block",
    [
        "if __name__ == '__main__':\n    from portable_faas import connect\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from portable_faas.client import Client\n",
        "import typing\nif typing.TYPE_CHECKING:\n    import portable_faas.testing\n",
    ],
)
def test_what_cannot_happen_at_run_time_ships_nothing(written: Written, packed: Pack, block: str) -> None:
    assert "portable_faas/client.py" not in packed(written({"shop/app.py": APP + block})).files


@pytest.mark.parametrize(
    "statement",
    [
        "from . import sibling",
        "from .sibling import x",
        "from shop import sibling",
        "import shop.sibling",
        "from .. import beside",
    ],
)
def test_every_spelling_of_an_import_is_followed(statement: str) -> None:

    texts = {
        "shop": ("shop/__init__.py", ""),
        "shop.app": ("shop/app.py", f"def later():\n    {statement}\n"),
        "shop.sibling": ("shop/sibling.py", "import json"),
    }
    if ".." in statement:
        texts = {f"top.{name}": (f"top/{path}", text) for name, (path, text) in texts.items()}
        texts |= {"top": ("top/__init__.py", ""), "top.beside": ("top/beside.py", "")}
    start = next(name for name in texts if name.endswith("app"))
    wanted = {path for path, _ in texts.values() if ".." not in statement or "sibling" not in path}
    found = reached([start], lambda name: _source(texts, name))
    assert set(found) == wanted


def _source(texts: dict[str, tuple[str, str]], name: str) -> Source | None:
    if name not in texts:
        return None
    path, text = texts[name]
    return Source(path, text.encode(), path.endswith("__init__.py"))


def test_a_run_time_that_is_not_there() -> None:
    with pytest.raises(PackageError, match=r"portable_faas\.nothing is not installed") as refused:
        shipped(["portable_faas.nothing"], {})
    assert refused.value.lacking
