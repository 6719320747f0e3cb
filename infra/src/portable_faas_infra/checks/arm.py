"""Writes what a program asks of Azure as a template of Azure Resource Manager, which scanners read.

azure-native:storage:StorageAccount, allowSharedKeyAccess   ->   properties.allowSharedKeyAccess

Pulumi lifts `properties` to the top and renames little; API versions are those of azure-native 3.29.
"""

from collections.abc import Mapping
from typing import Any, Final

from portable_faas_infra.checks.recorded import Recorded, Recording

SCHEMA: Final = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
TYPES: Final[Mapping[str, tuple[str, str]]] = {
    "azure-native:storage:StorageAccount": ("Microsoft.Storage/storageAccounts", "2024-01-01"),
    "azure-native:storage:BlobContainer": ("Microsoft.Storage/storageAccounts/blobServices/containers", "2024-01-01"),
    "azure-native:web:WebApp": ("Microsoft.Web/sites", "2025-05-01"),
    "azure-native:web:AppServicePlan": ("Microsoft.Web/serverfarms", "2025-05-01"),
    "azure-native:operationalinsights:Workspace": ("Microsoft.OperationalInsights/workspaces", "2023-09-01"),
    "azure-native:applicationinsights:Component": ("Microsoft.Insights/components", "2020-02-02"),
    "azure-native:authorization:RoleAssignment": ("Microsoft.Authorization/roleAssignments", "2022-04-01"),
    "azure-native:durabletask:Scheduler": ("Microsoft.DurableTask/schedulers", "2026-02-01"),
}
RENAMED: Final[Mapping[str, str]] = {"enableHttpsTrafficOnly": "supportsHttpsTrafficOnly"}
TOP: Final = frozenset({"location", "tags", "kind", "sku", "identity"})
PATH: Final = frozenset(
    {"resourceGroupName", "accountName", "containerName", "name", "workspaceName", "resourceName", "schedulerName"}
)


def template(recording: Recording) -> dict[str, Any]:
    """The template with all of it that Resource Manager knows by these types."""
    found = [_resource(one) for one in recording.resources if one.type in TYPES]
    return {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": found}


def _resource(resource: Recorded) -> dict[str, Any]:
    type, version = TYPES[resource.type]
    top: dict[str, Any] = {"type": type, "apiVersion": version, "name": resource.name, "properties": {}}
    for name, value in resource.inputs.items():
        if name == "properties":
            top["properties"] |= value
        elif name not in PATH:
            (top if name in TOP else top["properties"])[RENAMED.get(name, name)] = value
    return top
