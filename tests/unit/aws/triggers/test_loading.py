"""What the Lambda of a function loads before its first call: little, and no SDK."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
from portable_faas import App
app = App("loaded")
orders = app.queue("orders", int)
kept = app.bucket("kept")

@app.get("/{id}", auth="anonymous")
def show(id: int) -> str:
    return str(id)

@app.on_message(orders)
async def pack(n: int) -> None: ...

@app.schedule(every=60)
def tick() -> None: ...
"""
TOLD = """
import json, logging, sys
before = set(sys.modules)
from portable_faas_aws.runtime.function import function
from loaded import app
handle = function(app, app.functions["{name}"])
result = handle(json.loads('''{event}'''), None)
print(json.dumps([result, sorted(set(sys.modules) - before)]))
"""
HEAVY = {
    "asyncio",
    "boto3",
    "botocore",
    "dataclasses",
    "inspect",
    "pydantic",
    "portable_faas.client",
    "portable_faas.compiler",
}
HTTP = {"portable_faas.triggers.http.api", "portable_faas.triggers.http.router"}
GET = {
    "rawPath": "/7",
    "requestContext": {"http": {"method": "GET"}},
    "isBase64Encoded": False,
}
EVENTS = {"show": GET, "pack": {"Records": []}, "tick": {"scheduled": "2026-03-29T01:00:00Z"}}


@pytest.mark.parametrize("name", EVENTS)
def test_a_function_loads_only_what_its_trigger_needs(name: str, tmp_path: Path) -> None:
    (tmp_path / "loaded.py").write_text(PROGRAM)
    code = TOLD.format(name=name, event=json.dumps(EVENTS[name]))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PFAAS_", "AWS_"))}
    environment = {**inherited, "PYTHONPATH": str(tmp_path), "PFAAS_TABLE": "t", "PFAAS_BUCKET": "b"}
    ran = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    result, loaded = json.loads(ran.stdout)
    assert not HEAVY & set(loaded)
    assert bool(HTTP & set(loaded)) == (name == "show")
    if name == "show":
        assert (result["statusCode"], result["body"]) == (200, "7")
