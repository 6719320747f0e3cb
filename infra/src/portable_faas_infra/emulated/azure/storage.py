"""Storage accounts, what lies in them, and the rules by which old blobs go; all but the rules are in Azurite too."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, ClassVar, Final

from azure.core.exceptions import ResourceNotFoundError

from portable_faas_infra.emulated.azure.azurite import Azurite
from portable_faas_infra.emulated.azure.managed import Managed
from portable_faas_infra.emulated.azure.subscription import Refused, Subscription
from portable_faas_infra.emulated.kind import Made
from portable_faas_infra.emulated.properties import Properties
from portable_faas_infra.emulated.state import Resource

SERVICES: Final = ("blob", "queue", "table", "file", "web", "dfs")


class InAzurite(Managed):
    """What Resource Manager and Azurite both know of."""

    def __init__(self, subscription: Subscription, azurite: Azurite) -> None:
        super().__init__(subscription)
        self.azurite: Final = azurite


class StorageAccount(InAzurite):
    """An account; its name is unique in the world, and of lower-case letters and digits."""

    token = "azure-native:storage:StorageAccount"
    place = "Microsoft.Storage/storageAccounts"
    named = "accountName"
    fixed = frozenset({"accountName", "resourceGroupName", "location", "kind"})

    def made_up(self, id: str, inputs: Properties) -> Properties:
        """Its addresses."""
        name = inputs["accountName"]
        return {"primaryEndpoints": {each: f"https://{name}.{each}.core.windows.net/" for each in SERVICES}}

    def delete(self, made: Resource) -> None:
        """Delete it with what an app has made in it."""
        super().delete(made)
        self.azurite.empty(made.inputs["accountName"])


class Stored(InAzurite):
    """What lies in an account; ``what`` is its word in Azurite's clients."""

    what: ClassVar[str]
    parent = ("accountName", StorageAccount.place)

    def create(self, inputs: Properties) -> Made:
        """Create it in Azurite, and then make it known."""
        self._call("create", inputs)
        try:
            return super().create(inputs)
        except Refused:
            self._call("delete", inputs)
            raise

    def delete(self, made: Resource) -> None:
        """Delete it with what is in it."""
        with suppress(ResourceNotFoundError):
            self._call("delete", made.inputs)
        super().delete(made)

    def _call(self, verb: str, inputs: Mapping[str, Any]) -> None:
        client = getattr(self.azurite, self.what)(inputs["accountName"], inputs[self.named])
        getattr(client, f"{verb}_{self.what}")()


class BlobContainer(Stored):
    """A container."""

    token = "azure-native:storage:BlobContainer"
    what = "container"
    place = "blobServices/default/containers"
    named = "containerName"
    fixed = frozenset({"containerName", "accountName", "resourceGroupName"})


class Queue(Stored):
    """A queue."""

    token = "azure-native:storage:Queue"
    what = "queue"
    place = "queueServices/default/queues"
    named = "queueName"
    fixed = frozenset({"queueName", "accountName", "resourceGroupName"})


class Table(Stored):
    """A table."""

    token = "azure-native:storage:Table"
    what = "table"
    place = "tableServices/default/tables"
    named = "tableName"
    fixed = frozenset({"tableName", "accountName", "resourceGroupName"})


class ManagementPolicy(Managed):
    """The rules of an account by which old blobs go. There is one set, called ``default``; here nothing gets old."""

    token = "azure-native:storage:ManagementPolicy"
    place = "managementPolicies"
    named = "managementPolicyName"
    parent = ("accountName", StorageAccount.place)
    fixed = frozenset({"managementPolicyName", "accountName", "resourceGroupName"})

    def made_up(self, id: str, inputs: Properties) -> Properties:
        """Nothing; but the name is given."""
        if inputs[self.named] != "default":
            raise Refused(f"the rules of an account are called default, not {inputs[self.named]}")
        return {}
