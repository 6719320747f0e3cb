"""Packages of function apps: One Deploy, which puts the zip where the app's configuration says.

Source: "Deployment technologies in Azure Functions" (Flex Consumption keeps the package in its deployment container).
"""

from pathlib import Path
from typing import Any, Final

from portable_faas_infra.emulated.azure.azurite import Azurite
from portable_faas_infra.emulated.azure.managed import WebApp
from portable_faas_infra.emulated.azure.subscription import Refused, Subscription
from portable_faas_infra.emulated.kind import Kind, Made
from portable_faas_infra.emulated.properties import Properties
from portable_faas_infra.emulated.state import Resource

RELEASED: Final = "released-package.zip"


class Published(Kind):
    """The package of the app at an address; it is published again when its hash has changed."""

    token = "pulumi-python:dynamic/portable-faas:Published"
    properties = frozenset({"to", "package", "sha256"})

    def __init__(self, subscription: Subscription, azurite: Azurite) -> None:
        self._manager: Final = subscription
        self._azurite: Final = azurite

    def create(self, inputs: Properties) -> Made:
        """Upload it into the deployment container of the app."""
        self._publish(inputs)
        return Made(inputs["to"], dict(inputs))

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Upload it again, unless the same file only lies elsewhere now."""
        if changed - {"package"}:
            self._publish(inputs)
        return dict(inputs)

    def delete(self, made: Resource) -> None:
        """It goes when the container goes."""

    def _publish(self, inputs: Properties) -> None:
        place = deployment_container(self._manager, inputs["to"])
        data = Path(inputs["package"]).read_bytes()
        self._azurite.container_at(place).upload_blob(RELEASED, data, overwrite=True)


def deployment_container(subscription: Subscription, host: str) -> str:
    """The address of the container that the app at ``host`` is deployed from; ``Refused`` if there is none."""
    for id in subscription.ids():
        site: Any = subscription.get(id)
        if WebApp.place.lower() in id and site.get("defaultHostName") == host:
            storage = ((site.get("functionAppConfig") or {}).get("deployment") or {}).get("storage") or {}
            if storage.get("type") != "blobContainer":
                raise Refused(f"{host} has no deployment container")
            return str(storage["value"])
    raise Refused(f"there is no function app at {host}")
