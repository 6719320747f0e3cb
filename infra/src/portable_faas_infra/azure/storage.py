"""The storage account of an app, for packages and orchestrations: no keys, no anonymous access, TLS 1.2."""

import re
from typing import Final, final

import pulumi
from pulumi_azure_native import storage

from portable_faas_infra.deployment import Deployment

LONGEST: Final = 24 - 8  # characters of a name, without those that Pulumi adds to make it unique in the world
PACKAGES: Final = "app-package"
SERVICES: Final = ("blob", "queue", "table")


@final
class Storage(pulumi.ComponentResource):
    """``endpoints`` are the addresses by service, ``packages`` the address of the container for packages."""

    def __init__(self, deployment: Deployment, group: pulumi.Input[str], opts: pulumi.ResourceOptions) -> None:
        name = account_name(deployment)
        super().__init__("portable-faas:azure:Storage", name, None, opts)
        settings = deployment.settings
        account = storage.StorageAccount(
            name,
            resource_group_name=group,
            kind="StorageV2",
            sku=storage.SkuArgs(name="Standard_LRS"),
            allow_shared_key_access=False,
            allow_blob_public_access=False,
            allow_cross_tenant_replication=False,
            default_to_o_auth_authentication=True,
            enable_https_traffic_only=True,
            minimum_tls_version="TLS1_2",
            is_local_user_enabled=False,
            tags=deployment.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=settings.protect),
        )
        self.id: pulumi.Output[str] = account.id
        self.name: pulumi.Output[str] = account.name
        found = account.primary_endpoints
        self.endpoints: dict[str, pulumi.Output[str]] = {
            "blob": found.blob, "queue": found.queue, "table": found.table
        }  # fmt: skip
        container = storage.BlobContainer(
            f"{name}-packages",
            account_name=account.name,
            resource_group_name=group,
            container_name=PACKAGES,
            public_access="None",
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.packages_id: pulumi.Output[str] = container.id
        self.packages = pulumi.Output.concat(self.endpoints["blob"], container.name)
        self.register_outputs({"name": self.name})


def account_name(deployment: Deployment) -> str:
    """What Pulumi makes the account's name from: lower-case letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", deployment.prefix.lower())[:LONGEST]
