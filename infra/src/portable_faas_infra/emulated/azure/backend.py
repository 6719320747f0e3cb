"""Every type of Azure that the emulated deploy knows, and the provider's functions that it answers."""

from collections.abc import Mapping
from typing import Any, Final, final

from portable_faas.errors import NotSupported
from portable_faas_infra.emulated.azure.azurite import Azurite
from portable_faas_infra.emulated.azure.eventgrid import (
    EventSubscription,
    SystemTopic,
    SystemTopicEventSubscription,
    Topic,
)
from portable_faas_infra.emulated.azure.managed import MANAGED
from portable_faas_infra.emulated.azure.published import Published
from portable_faas_infra.emulated.azure.storage import BlobContainer, ManagementPolicy, Queue, StorageAccount, Table
from portable_faas_infra.emulated.azure.subscription import DEPLOYER, SUBSCRIPTION, TENANT, Subscription
from portable_faas_infra.emulated.azure.vaults import Vault
from portable_faas_infra.emulated.kind import Backend, Kind
from portable_faas_infra.emulated.properties import Properties

CLIENT: Final = {
    "clientId": DEPLOYER,
    "objectId": DEPLOYER,
    "subscriptionId": SUBSCRIPTION,
    "tenantId": TENANT,
}


KEPT: Final = (
    *MANAGED,
    ManagementPolicy,
    Topic,
    SystemTopic,
    EventSubscription,
    SystemTopicEventSubscription,
    Vault,
)
STORED: Final = (StorageAccount, BlobContainer, Queue, Table)


@final
class AzureBackend(Backend):
    """The types over an emulated subscription; ``place`` says which Azurite is its storage, as in ``Azurite``."""

    def __init__(self, place: Mapping[str, str]) -> None:
        self.subscription: Final = Subscription()
        self.azurite: Final = Azurite(place)
        kept: list[Kind] = [make(self.subscription) for make in KEPT]
        stored: list[Kind] = [make(self.subscription, self.azurite) for make in STORED]
        super().__init__([*kept, *stored, Published(self.subscription, self.azurite)])

    def invoke(self, token: str, arguments: Mapping[str, Any]) -> Properties:
        """Who deploys, and where to."""
        if token != "azure-native:authorization:getClientConfig":
            raise NotSupported(f"the emulated deploy has no answer for the provider's function {token}")
        return dict(CLIENT)
