"""Finds the scenarios: every module of ``scenarios``, read by its docstring and its four names."""

import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, final

from portable_faas.app import App, Orchestrator
from portable_faas.client import Client, Handle
from portable_faas.testing.scenario import Case

PACKAGE: Final = "portable_faas.testing.conformance.scenarios"


@final
@dataclass(frozen=True)
class Scenario:
    """One requirement and the program that shows it; ``id`` and ``requirement`` are the docstring's first line."""

    id: str
    requirement: str
    name: str
    module: str
    app: App
    cases: tuple[Case, ...]
    tags: tuple[str, ...]
    drive: Callable[[Client, Handle[Any]], Awaitable[None]] | None = None

    @property
    def main(self) -> Orchestrator[Any, Any]:
        """The orchestrator that every case runs."""
        return self.app.orchestrators["main"]


def discover(*tags: str) -> list[Scenario]:
    """The scenarios that carry every one of ``tags``, in the order of their modules' names; imports them all."""
    found = [_read(name) for name in _names()]
    return [scenario for scenario in found if set(tags) <= set(scenario.tags)]


def _names() -> list[str]:
    return sorted(module.name for module in pkgutil.iter_modules(import_module(PACKAGE).__path__) if not module.ispkg)


def _read(name: str) -> Scenario:
    module: Any = import_module(f"{PACKAGE}.{name}")
    number, _, requirement = module.__doc__.partition("\n")[0].partition(" ")
    return Scenario(
        number,
        requirement,
        name,
        module.__name__,
        module.app,
        module.CASES,
        module.TAGS,
        getattr(module, "drive", None),
    )
