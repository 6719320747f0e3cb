"""Application Insights over a Log Analytics workspace, written to by identity only."""

from typing import final

import pulumi
from pulumi_azure_native import applicationinsights, operationalinsights

from portable_faas_infra.azure.grant import METRICS, Identity, grant
from portable_faas_infra.azure.names import dashed
from portable_faas_infra.deployment import Deployment


@final
class Telemetry(pulumi.ComponentResource):
    """``settings`` are those of an app that reports here; they hold an address and no key that is accepted."""

    def __init__(self, deployment: Deployment, group: pulumi.Input[str], opts: pulumi.ResourceOptions) -> None:
        self._name = name = dashed(deployment)
        super().__init__("portable-faas:azure:Telemetry", name, None, opts)
        self._inside = inside = pulumi.ResourceOptions(parent=self)
        workspace = operationalinsights.Workspace(
            name,
            workspace_name=name,
            resource_group_name=group,
            sku=operationalinsights.WorkspaceSkuArgs(name="PerGB2018"),
            retention_in_days=deployment.settings.retention,
            features=operationalinsights.WorkspaceFeaturesArgs(disable_local_auth=True),
            tags=deployment.tags,
            opts=inside,
        )
        component = applicationinsights.Component(
            name,
            resource_name_=name,
            resource_group_name=group,
            kind="web",
            application_type="web",
            workspace_resource_id=workspace.id,
            disable_local_auth=True,
            tags=deployment.tags,
            opts=inside,
        )
        self._id = component.id
        self.settings: dict[str, pulumi.Input[str]] = {
            "APPLICATIONINSIGHTS_AUTHENTICATION_STRING": "Authorization=AAD",
            "APPLICATIONINSIGHTS_CONNECTION_STRING": component.connection_string,
        }
        self.register_outputs({})

    def may_write(self, identity: Identity) -> None:
        """Let an app report here."""
        grant(self._name, METRICS, self._id, identity, self._inside)
