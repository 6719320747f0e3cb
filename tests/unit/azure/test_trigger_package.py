"""The Function App of a program with triggers and resources: what the host indexes, its settings, its manifest."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from portable_faas.manifest import Manifest, read
from tests.unit.package.conftest import SHARED_CACHE

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
APP = """
from portable_faas import App, Context

app = App("shop")
orders = app.queue("orders", int, attempts=3)
shipped = app.topic("shipped", str)
photos = app.bucket("photos")
app.api_client("web", key=app.secret("web-key"))


@app.get("/orders/{id}")
async def show(id: int) -> int:
    return id


@app.post("/orders/{id}")
async def place(id: int) -> None:
    await orders.send(id)


@app.on_message(orders, batch=10)
async def pack(messages: list) -> None: ...


@app.on_event(shipped, type="late")
async def tell(text: str) -> None: ...


@app.on_blob(photos, suffix=".png")
async def shrink(event) -> None: ...


@app.schedule("30 6 * * MON-FRI")
async def report() -> None: ...


@app.activity
async def ship(id: int) -> None:
    await shipped.publish(str(id))


@app.orchestrator
async def fulfil(ctx: Context, id: int) -> None:
    await ship(id)
"""
SETTINGS = '[project]\nname = "shop"\nversion = "1"\n[tool.portable-faas]\napp = "shop:app"\ncloud = "azure"\n'
INDEX = """
import json, sys
folder = sys.argv[1]
sys.path[:] = [folder, folder + "/.python_packages/lib/site-packages", *sys.path]
import function_app
found = {}
for function in function_app.app.get_functions():
    trigger = function.get_trigger().get_dict_repr()
    told = [trigger.get(name) for name in ("type", "queueName", "schedule", "route")]
    found[function.get_function_name()] = told + sorted(binding.type for binding in function.get_bindings())
print(json.dumps(found))
"""


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    (folder / "pyproject.toml").write_text(SETTINGS)
    (folder / "shop.py").write_text(APP)
    command = [sys.executable, "-W", "error", "-m", "portable_faas", "build", "--python", HERE]
    environment = {**os.environ, "XDG_CACHE_HOME": str(SHARED_CACHE)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "dist"


@pytest.mark.slow
def test_the_host_can_index_every_trigger(out: Path) -> None:
    command = [sys.executable, "-I", "-S", "-B", "-W", "ignore", "-c", INDEX, str(out / "app")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    queues = {name: given[1] for name, given in found.items() if given[0] == "queueTrigger"}
    assert queues["pack"] == "orders"
    assert {name: queue.rpartition("-")[0] for name, queue in queues.items() if name != "pack"} == {
        "tell": "event-tell",
        "shrink": "blob-shrink",
    }
    assert found["report"][2] == "0 30 6 * * 1,2,3,4,5"
    assert found["pfaas_http"][3:] == ["{*path}", "durableClient", "http", "httpTrigger"]
    assert found["ship"][4:] == ["activityTrigger", "durableClient"]
    assert {"show", "place"}.isdisjoint(found)


@pytest.mark.slow
def test_host_and_manifest_carry_what_a_deployment_needs(out: Path) -> None:
    extensions: dict[str, Any] = json.loads((out / "app/host.json").read_text())["extensions"]
    assert extensions["http"] == {"routePrefix": ""}
    assert (extensions["queues"]["messageEncoding"], extensions["queues"]["batchSize"]) == ("base64", 1)
    manifest: Manifest = read(out)
    handlers = {function.name: (function.kind, function.handler) for function in manifest.functions}
    assert handlers["show"] == ("http", "pfaas_http")
    assert handlers["pack"] == ("message", "pack")
    granted = {function.name: function.permissions for function in manifest.functions}
    assert granted["ship"] == ({"kind": "topic", "name": "shipped", "operation": "publish"},)
    assert [(part["kind"], part["name"]) for part in manifest.resources] == [
        ("bucket", "photos"),
        ("queue", "orders"),
        ("secret", "web-key"),
        ("topic", "shipped"),
        ("bucket", "portable-faas-messages"),  # the run time's own
        ("table", "PortableFaas"),
    ]
    assert manifest.settings["PORTABLE_FAAS_TOPIC_SHIPPED"] == "${topic:shipped}"
    assert manifest.settings["WEB_KEY"] == "${secret:web-key}"
    assert manifest.settings["PortableFaasStorage__queueServiceUri"] == "${storage.queue}"
    (package,) = manifest.packages
    assert {"azure-storage-queue", "azure-identity"} <= {one.partition("==")[0] for one in package.requirements}
