"""What of an app lies in its storage account besides orchestrations: queues, containers for buckets, tables.

{"kind": "queue", "name": "orders"}   ->   the queue orders of the account

Objects below a prefix may expire, by the one set of rules that an account has. Source: "Optimize costs by automatically
managing the data lifecycle", learn.microsoft.com.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, final

import pulumi
from pulumi_azure_native import storage

from portable_faas.manifest import Part
from portable_faas_infra.azure.storage import Storage
from portable_faas_infra.deployment import Deployment

LETTERS: Final = "undelivered"  # the container of events that could not be delivered


def _queue(name: str, part: str, place: Mapping[str, Any], opts: pulumi.ResourceOptions) -> Any:
    return storage.Queue(name, queue_name=part, **place, opts=opts)


def _container(name: str, part: str, place: Mapping[str, Any], opts: pulumi.ResourceOptions) -> Any:
    return storage.BlobContainer(name, container_name=part, public_access="None", **place, opts=opts)


def _table(name: str, part: str, place: Mapping[str, Any], opts: pulumi.ResourceOptions) -> Any:
    return storage.Table(name, table_name=part, **place, opts=opts)


KINDS: Final[Mapping[str, Callable[..., Any]]] = {"bucket": _container, "queue": _queue, "table": _table}


@final
class Stored(pulumi.ComponentResource):
    """``queues`` and ``letters`` are the ids of queues by name, and of the container of undelivered events."""

    def __init__(
        self,
        deployment: Deployment,
        group: pulumi.Input[str],
        account: Storage,
        delivered: list[str],
        opts: pulumi.ResourceOptions,
    ) -> None:
        name = deployment.prefix
        super().__init__("portable-faas:azure:Stored", name, None, opts)
        self._deployment = deployment
        self._place = {"account_name": account.name, "resource_group_name": group}
        parts = [part for part in deployment.manifest.resources if part["kind"] in KINDS]
        made = {(part["kind"], part["name"]): self._made(part) for part in parts}
        self.queues = {named: one.id for (kind, named), one in made.items() if kind == "queue"}
        self.queues |= {queue: self._made({"kind": "queue", "name": queue}).id for queue in delivered}
        self.letters: pulumi.Output[str] | None = None
        if delivered:
            self.letters = self._made({"kind": "bucket", "name": LETTERS}).id
        self._expire(parts)
        self.register_outputs({})

    def _made(self, part: Part) -> Any:
        protected = pulumi.ResourceOptions(parent=self, protect=self._deployment.settings.protect)
        name = f"{self._deployment.prefix}-{part['kind']}-{part['name']}"
        return KINDS[part["kind"]](name, part["name"], self._place, protected)

    def _expire(self, parts: list[Part]) -> None:
        below = [
            (f"{part['name']}/{prefix}", days)
            for part in parts
            for prefix, days in sorted(part.get("expires", {}).items())
        ]
        if below:
            rules = [_expiring(number, place, days) for number, (place, days) in enumerate(below, 1)]
            storage.ManagementPolicy(
                self._deployment.prefix,
                management_policy_name="default",
                policy=storage.ManagementPolicySchemaArgs(rules=rules),
                **self._place,
                opts=pulumi.ResourceOptions(parent=self),
            )


def _expiring(number: int, place: str, days: int) -> Any:
    """A rule; its name has letters and digits only."""
    deleted = storage.DateAfterModificationArgs(days_after_creation_greater_than=days)
    return storage.ManagementPolicyRuleArgs(
        name=f"expire{number}",
        enabled=True,
        type="Lifecycle",
        definition=storage.ManagementPolicyDefinitionArgs(
            actions=storage.ManagementPolicyActionArgs(base_blob=storage.ManagementPolicyBaseBlobArgs(delete=deleted)),
            filters=storage.ManagementPolicyFilterArgs(blob_types=["blockBlob"], prefix_match=[place]),
        ),
    )
