"""Builds the Function App of a program.

    App("shop")   ->   app/function_app.py, app/host.json, app/.python_packages/..., app.zip, manifest.json

``app/`` is what Core Tools start and the zip is the same without the settings of this machine. Requirements lie where
the platform's own build would put them, so a zip is deployed without a remote build.
Source: "Deployment technologies in Azure Functions" and "Python developer reference guide", learn.microsoft.com.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from typing import Any, Final

from portable_faas.app import App
from portable_faas.manifest import Function, Kind, Manifest, Package
from portable_faas.manifest.entries import function_entries, permissions, resource_entries
from portable_faas.package import (
    LINUX,
    Packed,
    Project,
    Recipe,
    archive,
    digest,
    own_requirements,
    pack,
    project_version,
    unpacked,
    write,
)
from portable_faas.provider import Progress, Target
from portable_faas.resources import Grant, Secret
from portable_faas.triggers.trigger import OnBlob, OnEvent, OnMessage, Route
from portable_faas_azure.declared import has_triggers
from portable_faas_azure.package.settings import APP_SETTINGS, LOCAL_SETTINGS, RESOURCE_SETTINGS, host
from portable_faas_azure.runtime.client import CLIENT
from portable_faas_azure.runtime.names import HTTP, KEPT_DAYS, SHARED, Names, address_setting

PYTHONS: Final = ("3.11", "3.12", "3.13")  # Flex Consumption offers them, and the 1.x SDK runs on them
ENTRY: Final = "portable_faas_azure.runtime.registration"
TRIGGERS: Final = "portable_faas_azure.runtime.triggers"  # the same for an app that has functions with triggers
RESOURCES: Final = "resources"  # the extra of our distribution
# What the run time itself keeps in the account: messages that no queue takes, and the app's own table.
OURS: Final = (
    {"kind": "bucket", "name": Names().large, "expires": {SHARED: KEPT_DAYS}},
    {"kind": "table", "name": Names().table},
)
DRIVERS: Final = "portable_faas_azure.runtime.df"  # found by name: the driver for the line of the SDK
LINE: Final = "1"  # that a package holds
SITE: Final = ".python_packages/lib/site-packages/"
HOME: Final = "/home/site/wwwroot"
ZIP: Final = "app.zip"
FOLDER: Final = "app/"


def build(app: App, target: Target, progress: Progress) -> Manifest:
    """Write the Function App of ``app``; raises ``PackageError``."""
    line = version("azure-functions-durable").partition(".")[0] if target.emulated else LINE
    packed = pack(app, target, _recipe(app, line), progress)
    zipped = archive(packed.files)
    manifest = _manifest(app, target, packed, zipped)
    folder = {**packed.files, "local.settings.json": _json(LOCAL_SETTINGS)}
    files = {FOLDER + path: content for path, content in folder.items()}
    write(target.out, {**files, ZIP: zipped}, manifest)
    return manifest


def _recipe(app: App, line: str) -> Recipe:
    return Recipe(
        cloud="azure",
        pythons=PYTHONS,
        platform=LINUX,
        entries=[_entry(app), DRIVERS + line],
        generated=lambda project: generated(app, project),
        home=HOME,
        site=SITE,
        requirements=own_requirements("portable-faas-azure", RESOURCES if has_triggers(app) else None),
    )


def generated(app: App, project: Project) -> Mapping[str, bytes]:
    """The two files that make a folder a Function App."""
    released = project_version(project.root) if project.whole else None
    settings = host(app.name, released, triggers=has_triggers(app), batches=_has_batches(app))
    return {"function_app.py": _function_app(app, project).encode(), "host.json": _json(settings)}


def _has_batches(app: App) -> bool:
    return any(isinstance(one.trigger, OnMessage) and one.trigger.batch is not None for one in app.functions.values())


def _entry(app: App) -> str:
    return TRIGGERS if has_triggers(app) else ENTRY


def _function_app(app: App, project: Project) -> str:
    return f"{project.importing('declared')}from {_entry(app)} import function_app\n\napp = function_app(declared)\n"


def _manifest(app: App, target: Target, packed: Packed, zipped: bytes) -> Manifest:
    size = unpacked(packed.files)
    package = Package(ZIP, hashlib.sha256(zipped).hexdigest(), len(zipped), size, packed.distributions)
    return Manifest(
        app=app.name,
        cloud="azure",
        python=target.python,
        release=digest(packed.files),
        functions=tuple(sorted([*_functions(app), *_triggered(app)])),
        packages=(package,),
        resources=(*resource_entries(app), *(OURS if has_triggers(app) else ())),
        settings=_settings(app),
        version=packed.version,
    )


def _functions(app: App) -> list[Function]:
    """The handler is the name that the host indexes; memory is the app's, not a function's, on this platform."""
    activities = [_function(one.name, "activity", one.memory, one.grants) for one in app.activities.values()]
    if app.orchestrators:
        activities.append(_function(CLIENT, "activity", None))
    orchestrators = [_function(name, "orchestrator", None) for name in app.orchestrators]
    return activities + orchestrators + [_function(name, "entity", None) for name in app.entities]


def _triggered(app: App) -> Iterable[Function]:
    """The functions with triggers; those of events and objects are told by which queue they hear of them."""
    for entry in function_entries(app, ZIP, lambda name: _handler(app, name)):
        declared = app.functions[entry.name]
        if isinstance(declared.trigger, OnEvent | OnBlob):
            queue = {"queue": Names().source(declared)}
            entry = entry._replace(triggers=tuple({**trigger, **queue} for trigger in entry.triggers))
        yield entry


def _handler(app: App, name: str) -> str:
    """All routes are one function of the platform."""
    return HTTP if isinstance(app.functions[name].trigger, Route) else name


def _settings(app: App) -> dict[str, str]:
    found = dict(APP_SETTINGS)
    if has_triggers(app):
        found |= RESOURCE_SETTINGS
    for kind, name in app.resources:
        if kind == "topic":
            found[address_setting(name)] = f"${{topic:{name}}}"
        elif kind == "secret":
            found[Secret(name).variable] = f"${{secret:{name}}}"
    return found


def _function(name: str, kind: Kind, memory: int | None, grants: Iterable[Grant] = ()) -> Function:
    return Function(name, kind, handler=name, package=ZIP, memory=memory, permissions=permissions(grants))


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()
