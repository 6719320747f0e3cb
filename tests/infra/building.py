"""Builds the examples for a cloud, and records what their Pulumi program asks for."""

import json
import shutil
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from portable_faas_infra.checks import Recording, record
from portable_faas_infra.program import deploy

from portable_faas.configuration import Configuration
from portable_faas.provider import Target, get_provider

ROOT = Path(__file__).parents[2]
Change = Callable[[dict[str, Any]], object]  # of a manifest
EXAMPLES = (  # those that both clouds build
    "aggregator",
    "approval",
    "async_http",
    "monitor",
    "nightly_report",
    "orders",
    "phone_verification",
    "quorum",
    "rate_limiter",
    "smoke",
    "thumbnails",
    "todo_api",
    "trip_saga",
    "word_count",
)
CLOUDS = ("aws", "azure")
PYTHON = "3.12"


@cache
def built(example: str, cloud: str) -> Path:
    """The folder of a build: as for an emulator, which leaves requirements and bytecode out of the package."""
    app = import_module(f"examples.{example}.app").app
    out = Path(mkdtemp(prefix="pfaas-infra-"))
    get_provider(cloud).build(app, Target(Configuration(), PYTHON, out, emulated=True), lambda _: None)
    return out


def rebuilt(folder: Path, tmp_path: Path, change: Change) -> Path:
    """A copy of a build with another manifest."""
    copy = tmp_path / "dist"
    shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("app"))
    manifest = json.loads((copy / "manifest.json").read_text())
    change(manifest)
    (copy / "manifest.json").write_text(json.dumps(manifest))
    return copy


def recorded(folder: Path, **settings: str) -> Recording:
    """What the program asks for with these settings."""
    config = {f"portable-faas:{name}": value for name, value in {"dist": str(folder), **settings}.items()}
    return record(lambda: deploy(folder), config=config)


def previewed(folder: Path) -> Recording:
    """What the program asks for before anything is there."""
    return record(lambda: deploy(folder), config={"portable-faas:dist": str(folder)}, preview=True)


@cache
def example(name: str, cloud: str) -> Recording:
    """What the program of an example asks for."""
    return recorded(built(name, cloud))
