"""What would stop a deployment to Azure, found in the manifest and the settings alone.

Sources: "Flex Consumption plan", "Azure Functions scale and hosting", "Naming rules and restrictions for Azure
resources", "Manage data retention in a Log Analytics workspace", learn.microsoft.com.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from portable_faas.manifest import Manifest, Part, references
from portable_faas_infra.azure.names import dashed
from portable_faas_infra.azure.sizes import FLEX, OLDER, needed
from portable_faas_infra.azure.storage import SERVICES, account_name
from portable_faas_infra.deployment import Deployment
from portable_faas_infra.variables import SETTING, wrong_variables

PYTHONS: Final = {"flex": ("3.10", "3.11", "3.12", "3.13"), "consumption": ("3.10", "3.11", "3.12")}
INSTANCES: Final = {"flex": (40, 1000), "consumption": (1, 200)}
RETENTION: Final = (30, 730)
LONGEST: Final = 60 - 8  # a function app's name, without what Pulumi adds to make it unique in the world
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]")
# Names of what lies in an account, of topics (without what Pulumi adds) and of secrets.
RESOURCES: Final[Mapping[str, str]] = {
    "bucket": "[a-z0-9](?:-?[a-z0-9]){2,62}",
    "queue": "[a-z0-9](?:-?[a-z0-9]){2,62}",
    "table": "[A-Za-z][A-Za-z0-9]{2,62}",
    "topic": "[A-Za-z0-9-]{2,40}",
    "secret": "[A-Za-z0-9-]{1,127}",
}
GRANTED: Final = (*RESOURCES, "orchestrator", "entity")  # the host itself starts and signals by its own storage
TRIGGERS: Final[Mapping[str, tuple[str, ...]]] = {
    "http": ("method", "path"),
    "schedule": (),
    "message": ("queue",),
    "event": ("topic", "queue", "type", "attributes"),
    "blob": ("bucket", "queue", "prefix", "suffix", "change"),
}
KNOWN: Final = frozenset(f"storage.{service}" for service in SERVICES)


def problems(deployment: Deployment) -> Iterator[str]:
    """Every problem; the manifest's first."""
    manifest = deployment.manifest
    if manifest.cloud != "azure":
        yield f"the app was built for {manifest.cloud}, not for azure; run `pfaas build --on azure`"
        return
    yield from _manifest(manifest)
    yield from _names(deployment)
    yield from _memory(deployment)
    yield from _settings(deployment)
    yield from wrong_variables(deployment)


def _manifest(manifest: Manifest) -> Iterator[str]:
    if len(manifest.packages) != 1:
        yield f"a function app has one package, not {len(manifest.packages)}"
    for part in manifest.resources:
        yield from _resource(part)
    for machine in manifest.machines:
        yield f"orchestrator {machine.name}: azure has no state machines"
    for function in manifest.functions:
        yield from (problem for trigger in function.triggers for problem in _trigger(manifest, function.name, trigger))
        if function.environment:
            yield f"function {function.name}: on azure settings are the app's, a function has none of its own"
        for permission in function.permissions:
            if permission["kind"] not in GRANTED:
                yield f"function {function.name}: this release grants nothing on a {permission['kind']} on azure"
            elif permission["kind"] in RESOURCES:
                yield from _lost(manifest, function.name, permission["kind"], permission.get("name"))
    known = KNOWN | {f"{part['kind']}:{part.get('name')}" for part in manifest.resources}
    unknown = {one for text in manifest.settings.values() for one in references(text)} - known
    yield from (f"there is no {one} to fill in; known are {', '.join(sorted(known))}" for one in sorted(unknown))


def _resource(part: Part) -> Iterator[str]:
    if part["kind"] != SETTING and part["kind"] not in RESOURCES:
        yield f"resource {part.get('name')!r}: this release deploys no {part['kind']} to azure"
    elif not isinstance(part.get("name"), str):
        yield f"a {part['kind']} needs a text 'name'"
    elif part["kind"] in RESOURCES and not re.fullmatch(RESOURCES[part["kind"]], part["name"]):
        yield f"{part['name']!r} is no name for a {part['kind']} on azure, which has {RESOURCES[part['kind']]}"


def _trigger(manifest: Manifest, function: str, trigger: Part) -> Iterator[str]:
    kind = trigger["kind"]
    if kind not in TRIGGERS:
        yield f"function {function}: this release deploys no trigger of kind {kind} to azure"
        return
    missing = [name for name in TRIGGERS[kind] if name not in trigger]
    if missing:
        yield f"function {function}: a trigger of kind {kind} needs {missing[0]!r}"
        return
    for name in ("topic", "bucket", *(["queue"] if kind == "message" else [])):
        if name in TRIGGERS[kind]:
            yield from _lost(manifest, function, name, trigger[name])


def _lost(manifest: Manifest, function: str, kind: str, name: str | None) -> Iterator[str]:
    if not any(part["kind"] == kind and part.get("name") == name for part in manifest.resources):
        yield f"function {function}: there is no {kind}:{name} in the manifest"


def _names(deployment: Deployment) -> Iterator[str]:
    prefix = dashed(deployment)
    if len(prefix) > LONGEST:
        over = len(prefix) - LONGEST
        yield f"{prefix!r} is too long for a function app by {over} of {LONGEST} characters; shorten the app's name"
    if not NAME.fullmatch(prefix):
        yield f"{prefix!r} is no name for a function app, which has letters, digits and '-'; rename the app"
    if len(account_name(deployment)) < 3:
        yield f"{prefix!r} has too few letters and digits for the name of a storage account"


def _memory(deployment: Deployment) -> Iterator[str]:
    settings, wanted = deployment.settings, needed(deployment)
    if settings.plan == "consumption":
        if settings.memory is not None:
            yield f"setting memory: the Consumption plan has instances of {OLDER} MiB; leave it out, or use plan flex"
        if wanted > OLDER:
            yield f"a function needs {wanted} MiB, but the Consumption plan has instances of {OLDER}; use plan flex"
        return
    sizes = ", ".join(map(str, FLEX))
    if settings.memory is not None and settings.memory not in FLEX:
        yield f"setting memory: Flex Consumption has instances of {sizes} MiB, not {settings.memory}"
    if wanted > max(FLEX):
        yield f"a function needs {wanted} MiB, but Flex Consumption has instances of {sizes}"


def _settings(deployment: Deployment) -> Iterator[str]:
    settings, python = deployment.settings, deployment.manifest.python
    low, high = INSTANCES[settings.plan]
    if not low <= settings.max_instances <= high:
        yield f"setting maxInstances: plan {settings.plan} takes {low} to {high}, not {settings.max_instances}"
    if settings.always_ready and settings.plan != "flex":
        yield "setting alwaysReady: only plan flex keeps instances ready"
    if not RETENTION[0] <= settings.retention <= RETENTION[1]:
        yield f"setting retention: Log Analytics keeps logs for {RETENTION[0]} to {RETENTION[1]} days"
    if python not in PYTHONS[settings.plan]:
        yield f"plan {settings.plan} runs Python {', '.join(PYTHONS[settings.plan])}, not {python}; build for another"
