"""Writes the folder that a host loads, for an app that this process has imported.

    function_app.py   from shop.app import app as program
                      from portable_faas_azure.runtime import function_app
                      app = function_app(program)
    host.json         the task hub's name

It is what a built app's folder holds beside the program itself, which the host finds where this process found it.
"""

import json
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

from portable_faas.app import App
from portable_faas.errors import NotSupported
from portable_faas_azure.emulator.azurite import OTHERWISE

PROGRAM = """\
from {module} import {variable} as program
from portable_faas_azure.runtime import function_app

app = function_app(program)
"""


def write(app: App, folder: Path, hub: str) -> None:
    """Write both files. ``NotSupported`` for an app that no other process can import."""
    module, variable = place_of(app)
    (folder / "function_app.py").write_text(PROGRAM.format(module=module, variable=variable), "utf-8")
    settings: dict[str, Any] = {
        "version": "2.0",
        "extensionBundle": {"id": "Microsoft.Azure.Functions.ExtensionBundle", "version": "[4.*, 5.0.0)"},
        "extensions": {"durableTask": {"hubName": hub}},
    }
    (folder / "host.json").write_text(json.dumps(settings, indent=2) + "\n", "utf-8")


def place_of(app: App) -> tuple[str, str]:
    """The module and the variable that hold ``app``, so that another process can import it."""
    held = [
        (module.__name__, name)
        for module in _modules(app)
        for name, value in list(vars(module).items())
        if value is app and name.isidentifier()
    ]
    importable = [place for place in held if _is_importable(place[0])]
    if importable:
        return importable[0]
    where = f"; it is in {held[0][0]}" if held else ""
    told = f"app {app.name!r} runs in a process of its own on azure, which has to import it by the name of its module"
    raise NotSupported(f"{told}{where}; make it a variable of such a module, or {OTHERWISE}")


def _modules(app: App) -> Iterator[ModuleType]:
    """The modules of its own functions first, then every other one."""
    own = [declared.fn.__module__ for declared in [*app.orchestrators.values(), *app.activities.values()]]
    for name in dict.fromkeys([*own, *sys.modules]):
        module = sys.modules.get(name)
        if isinstance(module, ModuleType):
            yield module


def _is_importable(name: str) -> bool:
    if name == "__main__":
        return False
    try:
        spec = find_spec(name)
    except (ImportError, ValueError, AttributeError):
        return False
    return spec is not None and spec.origin == getattr(sys.modules[name], "__file__", None)
