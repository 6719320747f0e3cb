"""The package as a resource: `pulumi up` publishes it when its hash has changed, and at no other time.

Azure Resource Manager does not take code by itself, so these are dynamic resources: Pulumi calls them in Python.
Their provider is known by name only; what it does is in `one_deploy`.
"""

from pathlib import Path
from typing import Any, Final, final

import pulumi
from pulumi import dynamic

from portable_faas_infra.azure.one_deploy import Publisher, second_address, signed_in
from portable_faas_infra.deployment import Deployment

MODULE: Final = "portable-faas"


class _OnChange(dynamic.ResourceProvider):
    """A provider that works again when one of ``watched`` differs; the path of the file may."""

    serialize_as_secret_always = False
    watched: tuple[str, ...] = ("sha256", "to")

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.DiffResult:
        """What has changed."""
        changed = [name for name in self.watched if olds.get(name) != news.get(name)]
        return dynamic.DiffResult(changes=bool(changed))

    def publish(self, props: dict[str, Any]) -> None:
        """Do it."""
        raise NotImplementedError

    def create(self, props: dict[str, Any]) -> dynamic.CreateResult:
        """Publish for the first time."""
        self.publish(props)
        return dynamic.CreateResult(str(props["to"]), props)

    def update(self, _id: str, _olds: dict[str, Any], news: dict[str, Any]) -> dynamic.UpdateResult:
        """Publish again."""
        self.publish(news)
        return dynamic.UpdateResult(news)


@final
class OneDeploy(_OnChange):
    """``to`` is the app's address. The package goes when the app goes."""

    def publish(self, props: dict[str, Any]) -> None:
        """Deploy the zip."""
        Publisher(signed_in).one_deploy(second_address(props["to"]), Path(props["package"]))


@final
class BlobUpload(_OnChange):
    """``to`` is the address of the blob."""

    def publish(self, props: dict[str, Any]) -> None:
        """Upload the zip."""
        Publisher(signed_in).put_blob(props["to"], Path(props["package"]))

    def delete(self, _id: str, props: dict[str, Any]) -> None:
        """Delete the blob of a former package."""
        Publisher(signed_in).delete_blob(props["to"])

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> dynamic.DiffResult:
        """Another package has another address, so it is another blob."""
        moved = olds.get("to") != news.get("to")
        return dynamic.DiffResult(changes=moved, replaces=["to"] if moved else [])


@final
class TriggerSync(_OnChange):
    """``to`` is the id of the site."""

    def publish(self, props: dict[str, Any]) -> None:
        """Ask for it."""
        Publisher(signed_in).sync_triggers(props["to"])


@final
class Published(dynamic.Resource, module=MODULE, name="Published"):
    """The package in a function app of Flex Consumption."""

    def __init__(self, deployment: Deployment, host: pulumi.Input[str], opts: pulumi.ResourceOptions) -> None:
        super().__init__(OneDeploy(), deployment.prefix, {"to": host, **_package(deployment)}, opts)


@final
class Uploaded(dynamic.Resource, module=MODULE, name="Uploaded"):
    """The package as a blob; ``url`` is its address."""

    to: pulumi.Output[str]

    def __init__(self, deployment: Deployment, container: pulumi.Input[str], opts: pulumi.ResourceOptions) -> None:
        package = _package(deployment)
        url = pulumi.Output.concat(container, "/", package["sha256"], ".zip")
        super().__init__(BlobUpload(), deployment.prefix, {"to": url, **package}, opts)
        self.url = self.to


@final
class Synced(dynamic.Resource, module=MODULE, name="Synced"):
    """The functions of a package that the platform was told the address of."""

    def __init__(self, deployment: Deployment, site: pulumi.Input[str], opts: pulumi.ResourceOptions) -> None:
        super().__init__(TriggerSync(), deployment.prefix, {"to": site, **_package(deployment)}, opts)


def _package(deployment: Deployment) -> dict[str, str]:
    (package,) = deployment.manifest.packages
    return {"package": str(deployment.file(package.file)), "sha256": package.sha256}
