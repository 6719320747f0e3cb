"""Storage accounts and what is in them, over one account of Azurite.

    account ordersdev1f0c, container app-package   ->   container ordersdev1f0c-app-package of Azurite

Azurite's accounts are fixed when it starts, so the names inside one have to tell the accounts apart; how is said by who
has started it.
"""

from contextlib import suppress
from typing import Any, Final, final

from azure.core.exceptions import ResourceNotFoundError
from azure.storage.blob import BlobServiceClient

from portable_faas_infra.emulated.azure.managed import Managed
from portable_faas_infra.emulated.azure.subscription import Refused, Subscription
from portable_faas_infra.emulated.kind import Made
from portable_faas_infra.emulated.properties import Properties
from portable_faas_infra.emulated.state import Resource

SERVICES: Final = ("blob", "queue", "table", "file", "web", "dfs")


@final
class Azurite:
    """The blobs of a running one, by the addresses that they would have on Azure."""

    def __init__(self, connection: str, containers: str) -> None:
        self._containers = containers
        self._blobs: Any = BlobServiceClient.from_connection_string(connection)

    def container(self, account: str, name: str) -> Any:
        """The container that stands for one of an account."""
        return self._blobs.get_container_client(self._containers.format(account=account, container=name))

    def container_at(self, url: str) -> Any:
        """The container at https://<account>.blob.core.windows.net/<name>; ``Refused`` for another address."""
        host, _, name = url.removeprefix("https://").partition("/")
        account, _, domain = host.partition(".")
        if domain != "blob.core.windows.net" or not name or "/" in name:
            raise Refused(f"{url} is not the address of a container")
        return self.container(account, name)


class StorageAccount(Managed):
    """An account; its name is unique in the world, and of lower-case letters and digits."""

    token = "azure-native:storage:StorageAccount"
    place = "Microsoft.Storage/storageAccounts"
    named = "accountName"
    fixed = frozenset({"accountName", "resourceGroupName", "location", "kind"})

    def made_up(self, id: str, inputs: Properties) -> Properties:
        """Its addresses."""
        name = inputs["accountName"]
        return {"primaryEndpoints": {each: f"https://{name}.{each}.core.windows.net/" for each in SERVICES}}


class BlobContainer(Managed):
    """A container."""

    token = "azure-native:storage:BlobContainer"
    place = "blobServices/default/containers"
    named = "containerName"
    parent = ("accountName", StorageAccount.place)
    fixed = frozenset({"containerName", "accountName", "resourceGroupName"})

    def __init__(self, subscription: Subscription, azurite: Azurite) -> None:
        super().__init__(subscription)
        self._azurite: Final = azurite

    def create(self, inputs: Properties) -> Made:
        """Create it in Azurite too."""
        self._container(inputs).create_container()
        try:
            return super().create(inputs)
        except Refused:
            self._container(inputs).delete_container()
            raise

    def delete(self, made: Resource) -> None:
        """Delete it with what is in it."""
        with suppress(ResourceNotFoundError):
            self._container(dict(made.inputs)).delete_container()
        super().delete(made)

    def _container(self, inputs: Properties) -> Any:
        return self._azurite.container(inputs["accountName"], inputs["containerName"])
