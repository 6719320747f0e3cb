"""What identities may do, by the roles that were assigned to them: a role counts where it is given and below.

Azurite knows keys only, so rights are compared by who starts an app and not at each request.
Source: "Azure built-in roles", "Understand scope for Azure RBAC", learn.microsoft.com.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, final

from portable_faas.errors import PortableFaasError
from portable_faas.provisioner import Resource

Roles = Mapping[str, str]  # any of these will do: id and name

OWNS_BLOBS: Final[Roles] = {"b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner"}
USES_QUEUES: Final[Roles] = {"974c5e8b-45b9-4653-ba55-5f855dd0fb88": "Storage Queue Data Contributor"}
USES_TABLES: Final[Roles] = {"0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": "Storage Table Data Contributor"}
PUBLISHES: Final[Roles] = {"d5a91429-5739-47e2-a06b-3470a27159e7": "EventGrid Data Sender"}
READS_SECRETS: Final[Roles] = {"4633458b-17de-408a-b874-0445c86b69e6": "Key Vault Secrets User"}
SENDS: Final[Roles] = {"c6a89b2d-59bc-44d0-9896-0f6e12d7b80a": "Storage Queue Data Message Sender", **USES_QUEUES}
WRITES_BLOBS: Final[Roles] = {"ba92f5b4-2d11-453d-a403-e96b0029c9fe": "Storage Blob Data Contributor", **OWNS_BLOBS}


@final
class NotRunnable(PortableFaasError):
    """What was deployed would not run on the platform; the text says what is missing."""


@final
class Rights:
    """The role assignments of a deployment."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        assigned = (one.properties for one in resources if one.type.endswith(":authorization:RoleAssignment"))
        self._given = {
            (one["principalId"], one["roleDefinitionId"].rpartition("/")[2], one["scope"].lower()) for one in assigned
        }

    def lacking(self, principal: str | None, roles: Roles, scope: str) -> str:
        """The role that ``principal`` would need on ``scope`` and has not; empty if it has one that will do."""
        parts = scope.lower().split("/")
        above = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
        if any((principal, role, place) in self._given for role in roles for place in above):
            return ""
        return next(iter(roles.values()))


def identity_of(properties: Mapping[str, Any]) -> str | None:
    """The principal of a resource's own identity."""
    found = (properties.get("identity") or {}).get("principalId")
    return None if found is None else str(found)


def of_type(resources: Sequence[Resource], type: str) -> list[Mapping[str, Any]]:
    """The properties of the resources whose type ends so: ``:storage:Queue``."""
    return [one.properties for one in resources if one.type.endswith(type)]
