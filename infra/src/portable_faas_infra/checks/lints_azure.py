"""Rules about Azure: what Flex Consumption does not take, identity instead of keys, roles no wider than needed.

Sources: "Flex Consumption plan" (deprecated settings and properties), "Azure built-in roles", learn.microsoft.com;
github.com/microsoft/azure-pipelines-tasks issue 21032.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from portable_faas_infra.checks.recorded import Recorded, Recording

SITE: Final = "azure-native:web:WebApp"
PLAN: Final = "azure-native:web:AppServicePlan"
ACCOUNT: Final = "azure-native:storage:StorageAccount"
ASSIGNMENT: Final = "azure-native:authorization:RoleAssignment"
REFUSED_SETTINGS: Final = (
    "FUNCTIONS_WORKER_RUNTIME",
    "FUNCTIONS_EXTENSION_VERSION",
    "WEBSITE_RUN_FROM_PACKAGE",
    "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
    "WEBSITE_CONTENTSHARE",
    "SCM_DO_BUILD_DURING_DEPLOYMENT",
    "ENABLE_ORYX_BUILD",
)
REFUSED_PROPERTIES: Final = (
    "netFrameworkVersion",
    "ftpsState",
    "use32BitWorkerProcess",
    "functionsRuntimeScaleMonitoringEnabled",
    "linuxFxVersion",
)
SIZES: Final = (512, 2048, 4096)
INSTANCES: Final = range(40, 1000 + 1)
# Owner, Contributor, User Access Administrator, Storage Account Contributor: no app needs to manage anything.
TOO_WIDE: Final[Mapping[str, str]] = {
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635": "Owner",
    "b24988ac-6180-42a0-ab88-20f7382dd24c": "Contributor",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9": "User Access Administrator",
    "17d1049b-9a84-46fb-8f53-869881c3d3ab": "Storage Account Contributor",
}


def flex_settings(resource: Recorded, _: Recording) -> Iterator[str]:
    """An app on Flex Consumption has nothing that the plan refuses."""
    if resource.type == SITE and "functionAppConfig" in resource.inputs:
        config = resource.inputs.get("siteConfig", {})
        names = {each["name"] for each in config.get("appSettings", ())}
        yield from (
            f"has the setting {name}, which Flex Consumption refuses" for name in REFUSED_SETTINGS if name in names
        )
        yield from (f"has {name}, which Flex Consumption refuses" for name in REFUSED_PROPERTIES if name in config)


def flex_sizes(resource: Recorded, _: Recording) -> Iterator[str]:
    """Its instances have a size that there is, and there are as many as there may be."""
    if resource.type == SITE and "functionAppConfig" in resource.inputs:
        scale: Mapping[str, Any] = resource.inputs["functionAppConfig"].get("scaleAndConcurrency", {})
        if scale.get("instanceMemoryMB") not in SIZES:
            yield f"has instances of {scale.get('instanceMemoryMB')} MiB, and Flex Consumption of {SIZES}"
        if scale.get("maximumInstanceCount") not in INSTANCES:
            yield f"has {scale.get('maximumInstanceCount')} instances, and Flex Consumption 40 to 1000"


def identity_only(resource: Recorded, _: Recording) -> Iterator[str]:
    """Storage takes no keys, apps sign in with their identity and take HTTPS only."""
    if resource.type == ACCOUNT:
        if resource.inputs.get("allowSharedKeyAccess") is not False:
            yield "takes keys"
        if resource.inputs.get("allowBlobPublicAccess") is not False:
            yield "may be opened to the public"
    if resource.type == SITE:
        if not resource.inputs.get("identity"):
            yield "has no identity"
        if resource.inputs.get("httpsOnly") is not True:
            yield "takes HTTP without TLS"


def narrow_roles(resource: Recorded, _: Recording) -> Iterator[str]:
    """Roles are for data, and on one resource."""
    if resource.type == ASSIGNMENT:
        role = resource.inputs["roleDefinitionId"].rpartition("/")[2]
        if role in TOO_WIDE:
            yield f"gives {TOO_WIDE[role]}"
        parts = resource.inputs["scope"].strip("/").split("/")
        if len(parts) <= 2 or (len(parts) == 4 and parts[2] == "resourceGroups"):
            yield f"gives a role on all of {resource.inputs['scope']}"


AZURE: Final = {
    "flex-settings": flex_settings,
    "flex-sizes": flex_sizes,
    "identity-only": identity_only,
    "narrow-roles": narrow_roles,
}
