"""Key vaults. Secrets are written into one by their owner, not by the program, so none is here."""

from portable_faas_infra.emulated.azure.managed import Managed
from portable_faas_infra.emulated.properties import Properties


class Vault(Managed):
    """A vault."""

    token = "azure-native:keyvault:Vault"
    place = "Microsoft.KeyVault/vaults"
    named = "vaultName"
    fixed = frozenset({"vaultName", "resourceGroupName", "location"})

    def made_up(self, id: str, inputs: Properties) -> Properties:
        """Its address."""
        address = f"https://{inputs['vaultName']}.vault.azure.net/"
        return {"properties": {**inputs["properties"], "vaultUri": address}}
