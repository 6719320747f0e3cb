"""The scenarios of functions with triggers: each is an app and a ``check`` that drives it and looks at what came of it.

They speak to the app only through its client and resources, so they mean the same on every engine.
"""

import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, final

from portable_faas.app import App
from portable_faas.client import Client

PACKAGE: Final = "portable_faas.testing.conformance.scenarios.triggers"
TAG: Final = "trigger"


@final
@dataclass(frozen=True)
class Behaviour:
    """One requirement; ``environment`` holds the variables (secrets, settings) that the app is started with."""

    id: str
    requirement: str
    name: str
    app: App
    check: Callable[[Client], Awaitable[None]]
    environment: Mapping[str, str]
    tags: tuple[str, ...]


def behaviours() -> list[Behaviour]:
    """The scenarios in the order of their modules' names."""
    found = import_module(PACKAGE)
    return [_read(name) for name in sorted(module.name for module in pkgutil.iter_modules(found.__path__))]


def _read(name: str) -> Behaviour:
    module: Any = import_module(f"{PACKAGE}.{name}")
    number, _, requirement = module.__doc__.partition("\n")[0].partition(" ")
    environment = getattr(module, "ENVIRONMENT", {})
    return Behaviour(number, requirement, name, module.app, module.check, environment, (TAG,))
