"""The Function App that ``pfaas build --on azure`` writes: its files, its settings, and that the host can index it."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from portable_faas_azure.package.settings import hub

from portable_faas.manifest import Manifest, read
from tests.unit.package.conftest import SHARED_CACHE

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
APP = """
from portable_faas import App, Context

app = App("my-shop")


@app.activity(timeout=30, memory=512)
def charge(amount: int) -> str:
    return f"paid {amount}"


@app.activity
async def ship(to: str) -> str:
    return f"sent to {to}"


@app.orchestrator
async def fulfil(ctx: Context, amount: int) -> str:
    await charge(amount)
    return await ship("Norway")
"""
SETTINGS = '[project]\nname = "shop"\nversion = "1.2"\ndependencies = ["portable-faas[azure]"]\n' + (
    '[tool.portable-faas]\napp = "shop.app:app"\ncloud = "azure"\n'
)
INDEX = """
import json, sys
from pathlib import Path
folder = sys.argv[1]
sys.path[:] = [folder, folder + "/.python_packages/lib/site-packages", *sys.path]
import function_app
function_app.app._require_auth_level = True
functions = function_app.app.get_functions()
found = [(str(f.get_trigger().type), f.get_function_name()) for f in functions]
call = {f.get_function_name(): f.get_user_function() for f in functions}["charge"]
ours = {name: module.__file__ for name, module in sys.modules.items() if name.split(".")[0] in
        ("portable_faas", "portable_faas_azure", "azure", "shop") and getattr(module, "__file__", None)}
print(json.dumps({
    "found": sorted(found),
    "paid": call('{"amount": 3}'),
    "foreign": [path for path in ours.values() if not path.startswith(folder)],
    "cached": function_app.__cached__.endswith("__pycache__/" + Path(function_app.__cached__).name),
}))
"""


class Built(NamedTuple):
    """A build, and what the command said."""

    out: Path
    manifest: Manifest
    err: str


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    return {**os.environ, "XDG_CACHE_HOME": str(SHARED_CACHE)}


def build(folder: Path, environment: dict[str, str], *words: str) -> Built:
    for name, content in {"pyproject.toml": SETTINGS, "shop/__init__.py": "", "shop/app.py": APP}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    command = [sys.executable, "-W", "error", "-m", "portable_faas", "build", "--python", HERE, *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Built(folder / "dist", read(folder / "dist"), done.stderr)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Built:
    return build(tmp_path_factory.mktemp("one"), environment)


def index(folder: Path) -> Any:
    """What a fresh interpreter without any installed package finds in the folder, as the host would."""
    command = [sys.executable, "-I", "-S", "-B", "-W", "ignore", "-c", INDEX, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_host_can_index_the_folder(built: Built) -> None:
    assert index(built.out / "app") == {
        "found": [
            ["activityTrigger", "charge"],
            ["activityTrigger", "pfaas_client"],
            ["activityTrigger", "ship"],
            ["orchestrationTrigger", "fulfil"],
        ],
        "paid": '{"ok":"paid 3"}',
        "foreign": [],
        "cached": True,
    }


def test_the_zip_is_the_folder_without_the_settings_of_this_machine(built: Built, tmp_path: Path) -> None:
    with zipfile.ZipFile(built.out / "app.zip") as found:
        names = set(found.namelist())
        found.extractall(tmp_path)
    root = built.out / "app"
    folder = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert folder - names == {"local.settings.json"}
    assert names <= folder
    assert index(tmp_path)["paid"] == '{"ok":"paid 3"}'


def test_function_app_is_three_lines(built: Built) -> None:
    lines = [line for line in (built.out / "app/function_app.py").read_text().splitlines() if line]
    assert lines == [
        "from shop.app import app as declared",
        "from portable_faas_azure.runtime.registration import function_app",
        "app = function_app(declared)",
    ]


def test_the_settings_of_the_host(built: Built) -> None:
    host = json.loads((built.out / "app/host.json").read_text())
    assert host["version"] == "2.0"
    assert host["extensionBundle"]["version"] == "[4.*, 5.0.0)"
    durable = host["extensions"]["durableTask"]
    assert durable["hubName"] == hub("my-shop")
    assert durable["defaultVersion"] == "1.2"
    assert durable["versionMatchStrategy"] == "CurrentOrOlder"
    local = json.loads((built.out / "app/local.settings.json").read_text())
    assert local["Values"]["AzureWebJobsStorage"] == "UseDevelopmentStorage=true"


def test_the_manifest(built: Built) -> None:
    found = built.manifest
    assert (found.app, found.cloud, found.python) == ("my-shop", "azure", HERE)
    assert [(one.name, one.kind, one.handler, one.memory) for one in found.functions] == [
        ("charge", "activity", "charge", 512),
        ("fulfil", "orchestrator", "fulfil", None),
        ("pfaas_client", "activity", "pfaas_client", None),
        ("ship", "activity", "ship", None),
    ]
    assert found.settings["AzureWebJobsStorage__credential"] == "managedidentity"
    assert not any("key" in f"{name}{value}".lower() for name, value in found.settings.items())
    (package,) = found.packages
    assert package.size == (built.out / "app.zip").stat().st_size
    assert any(one.startswith("azure-functions-durable==1.") for one in package.requirements)
    assert not any(one.startswith("portable-faas") for one in package.requirements)


def test_a_second_build_elsewhere_gives_the_same_bytes(
    built: Built, environment: dict[str, str], tmp_path: Path
) -> None:
    """It replaces a former build, and needs no network: what was resolved is kept."""
    offline = {**environment, "UV_OFFLINE": "1", "PYTHONHASHSEED": "7"}
    (tmp_path / "dist" / "app").mkdir(parents=True)
    (tmp_path / "dist" / "app" / "stale.py").write_text("")
    (tmp_path / "dist" / "manifest.json").write_text("{}")
    again = build(tmp_path, offline)
    assert again.manifest == built.manifest
    assert (again.out / "app.zip").read_bytes() == (built.out / "app.zip").read_bytes()
    assert not (again.out / "app" / "stale.py").exists()
    assert "resolving" not in again.err


@pytest.mark.parametrize("name", ["a", "1st", "my-shop", "x" * 60, "--", "shop_2"])
def test_a_hub_has_an_allowed_name_of_its_own(name: str) -> None:
    assert hub(name).isalnum()
    assert hub(name)[0].isalpha()
    assert 3 <= len(hub(name)) <= 45
    assert hub(name) != hub(f"{name}_")


def test_a_plain_name_is_the_name_of_its_hub() -> None:
    assert hub("orders") == "orders"
