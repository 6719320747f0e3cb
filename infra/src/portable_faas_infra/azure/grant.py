"""Role assignments: what an identity may do, and where; the built-in roles by their ids.

Source: "Azure built-in roles", learn.microsoft.com.
"""

import uuid
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, final

import pulumi
from pulumi_azure_native import authorization

# What the host and Durable Functions need of their own account: "Connect to host storage with an identity".
BLOBS: Final = "Storage Blob Data Owner"
QUEUES: Final = "Storage Queue Data Contributor"
TABLES: Final = "Storage Table Data Contributor"
METRICS: Final = "Monitoring Metrics Publisher"
TASKS: Final = "Durable Task Data Contributor"
UPLOADS: Final = "Storage Blob Data Contributor"
SENDS: Final = "Storage Queue Data Message Sender"
EVENTS: Final = "EventGrid Data Sender"
SECRETS: Final = "Key Vault Secrets User"

ROLES: Final[Mapping[str, str]] = {
    BLOBS: "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
    QUEUES: "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
    TABLES: "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
    METRICS: "3913510d-42f4-4e42-8a64-420c390055eb",
    TASKS: "0ad04412-c4d5-4796-b79c-f76d14c8d402",
    UPLOADS: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    SENDS: "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a",
    EVENTS: "d5a91429-5739-47e2-a06b-3470a27159e7",
    SECRETS: "4633458b-17de-408a-b874-0445c86b69e6",
}
NAMESPACE: Final = uuid.UUID("5d0f4f6a-6e0b-5c55-9d36-5d5a3f6f2c55")


@final
class Identity(NamedTuple):
    """Who gets a role: the object id, and what kind of object it is; None leaves that to Azure."""

    principal: pulumi.Input[str]
    type: str | None = "ServicePrincipal"


def grant(name: str, role: str, scope: pulumi.Input[str], identity: Identity, opts: pulumi.ResourceOptions) -> Any:
    """The assignment. Its id follows from role, scope and identity, so a new identity gets a new one."""
    client = authorization.get_client_config_output()
    definition = pulumi.Output.concat(
        "/subscriptions/", client.subscription_id, "/providers/Microsoft.Authorization/roleDefinitions/", ROLES[role]
    )
    assigned = pulumi.Output.all(scope, identity.principal).apply(
        lambda found: str(uuid.uuid5(NAMESPACE, "|".join([ROLES[role], *found])))
    )
    return authorization.RoleAssignment(
        f"{name}-{role.lower().replace(' ', '-')}",
        scope=scope,
        role_definition_id=definition,
        principal_id=identity.principal,
        principal_type=identity.type,
        role_assignment_name=assigned,
        opts=opts,
    )
