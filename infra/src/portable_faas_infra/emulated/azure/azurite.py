"""A running Azurite as the storage of emulated accounts.

    account ordersdev1f0c, container app-package   ->   container ordersdev1f0c-app-package of Azurite

Azurite's accounts are fixed when it starts, so the names inside one have to tell the accounts apart; how is said by who
has started it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, final

from azure.core.exceptions import ResourceNotFoundError
from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient
from azure.storage.queue import QueueServiceClient

from portable_faas_infra.emulated.azure.subscription import Refused

LONGEST: Final = 63  # characters of a name in an account ("Naming Queues and Metadata" and its like)


@final
class Azurite:
    """Its containers, queues and tables by account and name.

    ``place`` says where it runs (``storage``), and what each is called there: ``containers`` ``{account}-{container}``,
    and so on with ``queues`` and ``tables``.
    """

    def __init__(self, place: Mapping[str, str]) -> None:
        connection = place["storage"]
        self._place = place
        self._blobs: Any = BlobServiceClient.from_connection_string(connection)
        self._queues: Any = QueueServiceClient.from_connection_string(connection)
        self._tables: Any = TableServiceClient.from_connection_string(connection)

    def container(self, account: str, name: str) -> Any:
        """The container that stands for one of an account."""
        return self._blobs.get_container_client(self._named("containers", account, container=name))

    def queue(self, account: str, name: str) -> Any:
        """The queue that stands for one of an account."""
        return self._queues.get_queue_client(self._named("queues", account, queue=name))

    def table(self, account: str, name: str) -> Any:
        """The table that stands for one of an account."""
        return self._tables.get_table_client(self._named("tables", account, table=name))

    def container_at(self, url: str) -> Any:
        """The container at https://<account>.blob.core.windows.net/<name>; ``Refused`` for another address."""
        host, _, name = url.removeprefix("https://").partition("/")
        account, _, domain = host.partition(".")
        if domain != "blob.core.windows.net" or not name or "/" in name:
            raise Refused(f"{url} is not the address of a container")
        return self.container(account, name)

    def empty(self, account: str) -> None:
        """Delete all that is in an account, who ever has made it."""
        for delete, name in self._inside(account):
            with suppress(ResourceNotFoundError):
                delete(name)

    def _inside(self, account: str) -> Iterator[tuple[Callable[[str], None], str]]:
        containers, queues = self._place["containers"], self._place["queues"]
        for found in self._blobs.list_containers(name_starts_with=containers.format(account=account, container="")):
            yield self._blobs.delete_container, found.name
        for found in self._queues.list_queues(name_starts_with=queues.format(account=account, queue="")):
            yield self._queues.delete_queue, found.name
        for found in self._tables.list_tables():
            if found.name.startswith(self._place["tables"].format(account=account, table="")):
                yield self._tables.delete_table, found.name

    def _named(self, what: str, account: str, **name: str) -> str:
        found = self._place[what].format(account=account, **name)
        if len(found) > LONGEST:
            (own,) = name.values()
            room = LONGEST - len(found) + len(own)
            raise Refused(f"{own!r} is too long here: an emulated account has room for names of {room} characters")
        return found
