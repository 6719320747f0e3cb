"""What Azure Resource Manager knows of an emulated subscription: resources by id, as a tree."""

from collections.abc import Mapping
from typing import Any, Final, final

from portable_faas_infra.emulated.properties import Properties

SUBSCRIPTION: Final = "00000000-0000-0000-0000-000000000001"
TENANT: Final = "00000000-0000-0000-0000-000000000002"
DEPLOYER: Final = "00000000-0000-0000-0000-000000000003"
ROOT: Final = f"/subscriptions/{SUBSCRIPTION}"


class Refused(Exception):
    """What the platform does not do; the text says why."""


@final
class Subscription:
    """The subscription. Names are compared as Azure compares them: without regard to case."""

    def __init__(self) -> None:
        self._there: dict[str, Properties] = {}

    def create(self, id: str, holder: str | None, properties: Properties) -> None:
        """Create a resource inside another; ``Refused`` if it is there already, or the holder is not."""
        if id.lower() in self._there:
            raise Refused(f"{id} exists already")
        if holder is not None and holder.lower() not in self._there:
            raise Refused(f"{id} cannot be created: there is no {holder}")
        self._there[id.lower()] = properties

    def change(self, id: str, properties: Properties) -> None:
        """Change a resource; ``Refused`` if it is gone."""
        if id.lower() not in self._there:
            raise Refused(f"there is no {id}")
        self._there[id.lower()] = properties

    def delete(self, id: str) -> None:
        """Delete a resource; one that holds others is refused. One that is gone is no error."""
        inside = [each for each in self._there if each.startswith(f"{id.lower()}/")]
        if inside:
            raise Refused(f"{id} still holds {len(inside)} resources, such as {inside[0]}")
        self._there.pop(id.lower(), None)

    def get(self, id: str) -> Mapping[str, Any] | None:
        """A resource."""
        return self._there.get(id.lower())

    def ids(self) -> list[str]:
        """All that exists, in lower case."""
        return sorted(self._there)
