"""Every type of Azure that the emulated deploy knows, and the provider's functions that it answers."""

from collections.abc import Mapping
from typing import Any, Final, final

from portable_faas.errors import NotSupported
from portable_faas_infra.emulated.azure.managed import MANAGED
from portable_faas_infra.emulated.azure.published import Published
from portable_faas_infra.emulated.azure.storage import Azurite, BlobContainer, StorageAccount
from portable_faas_infra.emulated.azure.subscription import DEPLOYER, SUBSCRIPTION, TENANT, Subscription
from portable_faas_infra.emulated.kind import Backend, Kind
from portable_faas_infra.emulated.properties import Properties

CLIENT: Final = {
    "clientId": DEPLOYER,
    "objectId": DEPLOYER,
    "subscriptionId": SUBSCRIPTION,
    "tenantId": TENANT,
}


@final
class AzureBackend(Backend):
    """The types over an emulated subscription, its blobs in the Azurite of ``connection``.

    ``containers`` says what a container of an account is called there: ``{account}-{container}``.
    """

    def __init__(self, connection: str, containers: str) -> None:
        self.subscription: Final = Subscription()
        self.azurite: Final = Azurite(connection, containers)
        kinds: list[Kind] = [make(self.subscription) for make in (*MANAGED, StorageAccount)]
        super().__init__(
            [*kinds, BlobContainer(self.subscription, self.azurite), Published(self.subscription, self.azurite)]
        )

    def invoke(self, token: str, arguments: Mapping[str, Any]) -> Properties:
        """Who deploys, and where to."""
        if token != "azure-native:authorization:getClientConfig":
            raise NotSupported(f"the emulated deploy has no answer for the provider's function {token}")
        return dict(CLIENT)
