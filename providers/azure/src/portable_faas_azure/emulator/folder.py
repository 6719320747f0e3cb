"""Builds the folder that a host process loads: that of ``pfaas build --on azure``, without requirements and bytecode.

    App("shop") in shop/app.py   ->   OUT/app/function_app.py, host.json, shop/app.py, .python_packages/...

The interpreter of the host has the requirements already, and would compile bytecode for a place that is gone tomorrow.
"""

import sys
from pathlib import Path

from portable_faas.app import App
from portable_faas.configuration import Configuration, configuration
from portable_faas.errors import NotSupported
from portable_faas.package import PackageError
from portable_faas.provider import Target
from portable_faas_azure.emulator.azurite import OTHERWISE
from portable_faas_azure.package.build import FOLDER, build


def write(app: App, out: Path) -> Path:
    """Build ``app`` into ``out``; gives the app folder. ``NotSupported`` for an app that cannot be packed."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    try:
        build(app, Target(_configuration(app), python, out, emulated=True), lambda _told: None)
    except PackageError as wrong:
        told = f"app {app.name!r} runs in a process of its own on azure, from the package that is built of it"
        raise NotSupported(f"{told}: {wrong}; or {OTHERWISE}") from wrong
    return out / FOLDER


def _configuration(app: App) -> Configuration:
    """The project's for the app that it names. Another one, as a test makes it, is its module and what that imports."""
    found = configuration()
    module, _, variable = (found.app or "").partition(":")
    named = getattr(sys.modules.get(module), variable, None)
    return found if named is app or module == app.module else Configuration()
