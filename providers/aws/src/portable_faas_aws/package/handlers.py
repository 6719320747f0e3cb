"""Writes the module that Lambda enters a package by: one attribute for each function.

App("shop") with charge and fulfil   ->   pfaas_handlers.charge, pfaas_handlers.fulfil
"""

from typing import Final, NamedTuple, final

from portable_faas.app import App
from portable_faas.package import Project

MODULE: Final = "pfaas_handlers"
FILE: Final = f"{MODULE}.py"
HTTP: Final = "pfaas_http"  # answers what of the HTTP side is no function's


# A Lambda asks for its own handler by name, and only that one is made.
TRIGGERED: Final = """

def __getattr__(name):
    if name == "{http}":
        {http_maker}
        return pfaas_rest(pfaas_app)
    if name in pfaas_app.functions:
        {function_maker}
        return pfaas_function(pfaas_app, pfaas_app.functions[name])
    raise AttributeError(name)
"""


@final
class Runtime(NamedTuple):
    """The run time that ships.

    ``activity`` and ``orchestrator`` are ``module:function``, each called with the declared function and giving its
    Lambda handler; ``using`` takes the place of ``activity`` in an app with resources. ``function`` is called with the
    app and a function that has a trigger, ``http`` with the app. The modules of those that an app needs ship, and so do
    those in ``entries`` that are loaded otherwise.
    """

    activity: str
    orchestrator: str
    entries: tuple[str, ...] = ()
    using: str = ""
    function: str = ""
    http: str = ""

    def modules(self, app: App) -> list[str]:
        """The modules that the run time of an app is entered by."""
        more = [self.function, self.http] if app.functions or app.http.mounts else []
        makers = [self.activity_of(app), self.orchestrator, *more]
        return [*self.entries, *(maker.partition(":")[0] for maker in makers)]

    def activity_of(self, app: App) -> str:
        """What makes the handlers of activities."""
        return self.using if app.resources and self.using else self.activity


def handlers(app: App, project: Project, runtime: Runtime, with_http: bool = False) -> str:
    """The source of the module."""
    lines = [
        project.importing("pfaas_app").rstrip(),
        _imported(runtime.activity_of(app), "pfaas_activity"),
        _imported(runtime.orchestrator, "pfaas_orchestrator"),
    ]
    lines.append("")
    for name in sorted(app.activities):
        lines.append(f'{name} = pfaas_activity(pfaas_app.activities["{name}"])')
    for name in sorted(app.orchestrators):
        lines.append(f'{name} = pfaas_orchestrator(pfaas_app.orchestrators["{name}"])')
    text = "\n".join(lines) + "\n"
    if not app.functions and not with_http:
        return text
    function, rest = _imported(runtime.function, "pfaas_function"), _imported(runtime.http, "pfaas_rest")
    return text + TRIGGERED.format(http=HTTP, function_maker=function, http_maker=rest)


def _imported(maker: str, name: str) -> str:
    module, _, attribute = maker.partition(":")
    return f"from {module} import {attribute} as {name}"
