"""A Key Vault for the secrets of an app. The program makes it; their owner writes the values into it:

az keyvault secret set --vault-name NAME --name partner-key --value ...

The app finds a secret as an app setting that refers to it. Source: "Use Key Vault references as app settings in Azure
App Service and Azure Functions", learn.microsoft.com.
"""

import re
from typing import Any, Final, final

import pulumi
from pulumi_azure_native import authorization, keyvault

from portable_faas_infra.azure.grant import SECRETS, Identity, grant
from portable_faas_infra.deployment import Deployment

LONGEST: Final = 24 - 8  # characters of a name, without those that Pulumi adds to make it unique in the world
RECOVERY: Final = 7  # days in which one that was deleted can be had back; the fewest


@final
class Vault(pulumi.ComponentResource):
    """``name`` is the vault's."""

    def __init__(self, deployment: Deployment, group: pulumi.Input[str], opts: pulumi.ResourceOptions) -> None:
        name = vault_name(deployment)
        super().__init__("portable-faas:azure:Vault", name, None, opts)
        self._logical = name
        protect = deployment.settings.protect
        made = keyvault.Vault(
            name,
            resource_group_name=group,
            properties=keyvault.VaultPropertiesArgs(
                tenant_id=authorization.get_client_config_output().tenant_id,
                sku=keyvault.SkuArgs(family="A", name="standard"),
                enable_rbac_authorization=True,
                enable_soft_delete=True,
                soft_delete_retention_in_days=RECOVERY,
                enable_purge_protection=True if protect else None,  # it cannot be taken back
            ),
            tags=deployment.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=protect),
        )
        self._id: pulumi.Output[str] = made.id
        self._uri: pulumi.Output[str] = made.properties.vault_uri
        self.name: pulumi.Output[str] = made.name
        self.register_outputs({"name": self.name})

    def reference(self, secret: str) -> pulumi.Output[str]:
        """What an app setting says, for the platform to fill in the newest version of a secret."""
        return pulumi.Output.concat("@Microsoft.KeyVault(SecretUri=", self._uri, "secrets/", secret, ")")

    def may_read(self, identity: Identity) -> Any:
        """Let the app read what is in it."""
        return grant(self._logical, SECRETS, self._id, identity, pulumi.ResourceOptions(parent=self))


def vault_name(deployment: Deployment) -> str:
    """What Pulumi makes the vault's name from: letters, digits and single '-', a letter first."""
    return re.sub(r"-+", "-", re.sub(r"[^A-Za-z0-9]", "-", deployment.prefix))[:LONGEST].rstrip("-")
