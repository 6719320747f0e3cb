"""Durable Task Scheduler: a service that keeps orchestrations instead of the storage account.

The package says Storage in its `host.json`; settings of the app override that. Sources: "Durable Task Scheduler",
"host.json reference" (overriding by app settings), learn.microsoft.com.
"""

from typing import Final, final

import pulumi
from pulumi_azure_native import durabletask

from portable_faas_infra.azure.grant import TASKS, Identity, grant
from portable_faas_infra.azure.names import dashed
from portable_faas_infra.deployment import Deployment

CONNECTION: Final = "DURABLE_TASK_SCHEDULER_CONNECTION_STRING"
OVERRIDE: Final = "AzureFunctionsJobHost__extensions__durableTask__"
EVERYWHERE: Final = ("0.0.0.0/0",)  # a function app has no fixed address; who may come in is decided by the role


@final
class Scheduler(pulumi.ComponentResource):
    """``settings`` are those of an app whose orchestrations it keeps."""

    def __init__(self, deployment: Deployment, group: pulumi.Input[str], opts: pulumi.ResourceOptions) -> None:
        self._name = name = dashed(deployment)
        super().__init__("portable-faas:azure:Scheduler", name, None, opts)
        self._inside = inside = pulumi.ResourceOptions(parent=self, protect=deployment.settings.protect)
        scheduler = durabletask.Scheduler(
            name,
            scheduler_name=name,
            resource_group_name=group,
            properties=durabletask.SchedulerPropertiesArgs(
                ip_allowlist=list(EVERYWHERE), sku=durabletask.SchedulerSkuArgs(name="Consumption")
            ),
            tags=deployment.tags,
            opts=inside,
        )
        hub = durabletask.TaskHub(
            name, task_hub_name=name, scheduler_name=scheduler.name, resource_group_name=group, opts=inside
        )
        self._id = scheduler.id
        self.settings: dict[str, pulumi.Input[str]] = {
            CONNECTION: pulumi.Output.concat(
                "Endpoint=", scheduler.properties.endpoint, ";Authentication=ManagedIdentity"
            ),
            f"{OVERRIDE}hubName": hub.name,
            f"{OVERRIDE}storageProvider__type": "azureManaged",
            f"{OVERRIDE}storageProvider__connectionStringName": CONNECTION,
        }
        self.register_outputs({})

    def may_use(self, identity: Identity) -> None:
        """Let an app keep its orchestrations here."""
        grant(self._name, TASKS, self._id, identity, pulumi.ResourceOptions(parent=self))
