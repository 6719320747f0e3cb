"""Topics of Event Grid in the CloudEvents schema: one for each of the app's, and one for changes of its objects.

Nobody publishes with a key. What a topic delivers, it delivers with an identity of its own, since the account takes no
keys either. Sources: "Event Grid topics and Microsoft Entra ID", "Deliver events using a managed identity",
"System topics in Azure Event Grid", learn.microsoft.com.
"""

from typing import Final, final

import pulumi
from pulumi_azure_native import eventgrid

from portable_faas_infra.azure.grant import Identity
from portable_faas_infra.azure.names import dashed
from portable_faas_infra.deployment import Deployment

SCHEMA: Final = "CloudEventSchemaV1_0"
ACCOUNTS: Final = "Microsoft.Storage.StorageAccounts"
OWN: Final = "SystemAssigned"


@final
class Topic(pulumi.ComponentResource):
    """``endpoint`` is where events are published; ``identity`` delivers them."""

    def __init__(
        self, declared: str, deployment: Deployment, group: pulumi.Input[str], opts: pulumi.ResourceOptions
    ) -> None:
        name = f"{dashed(deployment)}-{declared}"
        super().__init__("portable-faas:azure:Topic", name, None, opts)
        made = eventgrid.Topic(
            name,
            resource_group_name=group,
            input_schema=SCHEMA,
            disable_local_auth=True,
            minimum_tls_version_allowed="1.2",
            identity=eventgrid.IdentityInfoArgs(type=OWN),
            tags=deployment.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.id: pulumi.Output[str] = made.id
        self.endpoint: pulumi.Output[str] = made.endpoint
        self.identity = Identity(made.identity.principal_id)
        self.register_outputs({"endpoint": self.endpoint})


@final
class Changes(pulumi.ComponentResource):
    """The topic of a storage account, of which there is one."""

    def __init__(
        self,
        deployment: Deployment,
        group: pulumi.Input[str],
        account: pulumi.Input[str],
        opts: pulumi.ResourceOptions,
    ) -> None:
        name = f"{dashed(deployment)}-changes"
        super().__init__("portable-faas:azure:Changes", name, None, opts)
        made = eventgrid.SystemTopic(
            name,
            resource_group_name=group,
            system_topic_name=name,
            source=account,
            topic_type=ACCOUNTS,
            identity=eventgrid.IdentityInfoArgs(type=OWN),
            tags=deployment.tags,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.name: pulumi.Output[str] = made.name
        self.identity = Identity(made.identity.principal_id)
        self.register_outputs({"name": self.name})
