"""What would stop a deployment to Azure, found in the manifest and the settings alone.

Sources: "Flex Consumption plan", "Azure Functions scale and hosting", "Naming rules and restrictions for Azure
resources", "Manage data retention in a Log Analytics workspace", learn.microsoft.com.
"""

import re
from collections.abc import Iterator
from typing import Final

from portable_faas.manifest import Manifest, references
from portable_faas_infra.azure.names import dashed
from portable_faas_infra.azure.sizes import FLEX, OLDER, needed
from portable_faas_infra.azure.storage import SERVICES, account_name
from portable_faas_infra.deployment import Deployment

PYTHONS: Final = {"flex": ("3.10", "3.11", "3.12", "3.13"), "consumption": ("3.10", "3.11", "3.12")}
INSTANCES: Final = {"flex": (40, 1000), "consumption": (1, 200)}
RETENTION: Final = (30, 730)
LONGEST: Final = 60 - 8  # a function app's name, without what Pulumi adds to make it unique in the world
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]")
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


def _manifest(manifest: Manifest) -> Iterator[str]:
    if len(manifest.packages) != 1:
        yield f"a function app has one package, not {len(manifest.packages)}"
    for part in manifest.resources:
        yield f"resource {part.get('name')!r}: this release deploys no {part['kind']} to azure"
    for machine in manifest.machines:
        yield f"orchestrator {machine.name}: azure has no state machines"
    for function in manifest.functions:
        if function.triggers:
            yield f"function {function.name}: this release deploys no trigger of kind {function.triggers[0]['kind']}"
        if function.environment:
            yield f"function {function.name}: on azure settings are the app's, a function has none of its own"
        for permission in function.permissions:
            yield f"function {function.name}: this release grants nothing on a {permission['kind']} on azure"
    unknown = {one for text in manifest.settings.values() for one in references(text)} - KNOWN
    yield from (f"there is no {one} to fill in; known are {', '.join(sorted(KNOWN))}" for one in sorted(unknown))


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
