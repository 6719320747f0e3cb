"""The storage account of an app's resources, by identity; by a connection string only where that is Azurite's.

PortableFaasStorage__queueServiceUri=https://shop.queue.core.windows.net     with the identity of the function app
PortableFaasStorage=DefaultEndpointsProtocol=http;...                       an emulator

"Identity-based connections" of "Azure Functions developer guide", learn.microsoft.com: triggers read the same settings.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, final

from portable_faas_azure.runtime.names import CONNECTION, Names

if TYPE_CHECKING:
    from azure.data.tables.aio import TableClient, TableServiceClient
    from azure.storage.blob.aio import BlobServiceClient, ContainerClient
    from azure.storage.queue.aio import QueueClient, QueueServiceClient


@final
class Storage:
    """Clients of one account, each loaded and made when it is first used; they belong to the loop that uses them."""

    def __init__(self, settings: Mapping[str, str], names: Names) -> None:
        self._settings = settings
        self.names: Final = names

    def queue(self, name: str) -> "QueueClient":
        """A queue by its name in the account; in Base64, as queue triggers want it (host.json, ``messageEncoding``)."""
        from azure.storage.queue import TextBase64DecodePolicy, TextBase64EncodePolicy

        encoded, decoded = TextBase64EncodePolicy(), TextBase64DecodePolicy()
        return self._queues.get_queue_client(name, message_encode_policy=encoded, message_decode_policy=decoded)

    def container(self, name: str) -> "ContainerClient":
        """A container by its name in the account."""
        return self._blobs.get_container_client(name)

    @cached_property
    def table(self) -> "TableClient":
        """The app's own table."""
        return self._tables.get_table_client(self.names.table)

    async def token(self, scope: str) -> str:
        """A token of the app's identity for another service."""
        return str((await self._credential.get_token(scope)).token)

    async def close(self) -> None:
        """Close every connection."""
        for name in ("_queues", "_blobs", "_tables", "_credential"):
            if name in self.__dict__:
                await self.__dict__[name].close()

    @cached_property
    def _credential(self) -> Any:
        # Loaded where it is used: an emulator has no identity, and the library takes a while to load.
        from azure.identity.aio import ManagedIdentityCredential

        return ManagedIdentityCredential(client_id=self._settings.get(f"{CONNECTION}__clientId"))

    @cached_property
    def _queues(self) -> "QueueServiceClient":
        from azure.storage.queue.aio import QueueServiceClient

        if CONNECTION in self._settings:
            return QueueServiceClient.from_connection_string(self._settings[CONNECTION])
        return QueueServiceClient(self._address("queue"), self._credential)

    @cached_property
    def _blobs(self) -> "BlobServiceClient":
        from azure.storage.blob.aio import BlobServiceClient

        if CONNECTION in self._settings:
            return BlobServiceClient.from_connection_string(self._settings[CONNECTION])
        return BlobServiceClient(self._address("blob"), self._credential)

    @cached_property
    def _tables(self) -> "TableServiceClient":
        from azure.data.tables.aio import TableServiceClient

        if CONNECTION in self._settings:
            return TableServiceClient.from_connection_string(self._settings[CONNECTION])
        return TableServiceClient(self._address("table"), credential=self._credential)

    def _address(self, service: str) -> str:
        name = f"{CONNECTION}__{service}ServiceUri"
        if name not in self._settings:
            raise LookupError(
                f"app setting {name} is missing: the address of the {service} service of the storage account"
            )
        return self._settings[name]
