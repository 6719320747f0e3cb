"""Writes the module that Lambda enters a package by: one attribute for each function.

App("shop") with charge and fulfil   ->   pfaas_handlers.charge, pfaas_handlers.fulfil
"""

from typing import Final, NamedTuple, final

from portable_faas.app import App
from portable_faas.package import Project

MODULE: Final = "pfaas_handlers"
FILE: Final = f"{MODULE}.py"


@final
class Runtime(NamedTuple):
    """The run time that ships.

    ``activity`` and ``orchestrator`` are ``module:function``, each called with the declared function and giving its
    Lambda handler; their modules ship, and so do those in ``entries`` that are loaded in other ways.
    """

    activity: str
    orchestrator: str
    entries: tuple[str, ...] = ()

    @property
    def modules(self) -> list[str]:
        """The modules that the run time is entered by."""
        return [*self.entries, *(maker.partition(":")[0] for maker in (self.activity, self.orchestrator))]


def handlers(app: App, project: Project, runtime: Runtime) -> str:
    """The source of the module."""
    lines = [
        f"from {project.module} import {project.variable} as pfaas_app",
        _imported(runtime.activity, "pfaas_activity"),
        _imported(runtime.orchestrator, "pfaas_orchestrator"),
        "",
    ]
    for name in sorted(app.activities):
        lines.append(f'{name} = pfaas_activity(pfaas_app.activities["{name}"])')
    for name in sorted(app.orchestrators):
        lines.append(f'{name} = pfaas_orchestrator(pfaas_app.orchestrators["{name}"])')
    return "\n".join(lines) + "\n"


def _imported(maker: str, name: str) -> str:
    module, _, attribute = maker.partition(":")
    return f"from {module} import {attribute} as {name}"
