"""Reads off a deployment what the platform would start a function app with: its package, settings and rights.

    deployed.site(resources)   ->   Site(settings={"AzureWebJobsStorage__blobServiceUri": ...}, account="orders1f", ...)

The host keeps everything in a storage account that it reaches by the app's identity. Here that is an account of
Azurite, whose keys say nothing about rights, so the rights are compared first.
Source: "Connect to host storage with an identity" and "Azure built-in roles", learn.microsoft.com.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, final

from azure.storage.blob import BlobServiceClient

from portable_faas.errors import PortableFaasError
from portable_faas.provisioner import Resource
from portable_faas_azure.emulator.host_process import STORAGE

CONTAINERS: Final = "{account}-{container}"  # the name in Azurite of a container of an account
PACKAGE: Final = "released-package.zip"
SERVICES: Final = ("blob", "queue", "table")
# What the host does with its own account; Durable Functions keeps instances, messages and leases there.
NEEDED: Final[Mapping[str, str]] = {
    "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": "Storage Blob Data Owner",
    "974c5e8b-45b9-4653-ba55-5f855dd0fb88": "Storage Queue Data Contributor",
    "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": "Storage Table Data Contributor",
}


@final
class NotRunnable(PortableFaasError):
    """What was deployed would not run on the platform; the text says what is missing."""


@final
class Site(NamedTuple):
    """A function app: its settings, the storage account of its host, and where its package lies."""

    settings: Mapping[str, str]
    account: str
    package: str


def site(resources: Sequence[Resource]) -> Site:
    """The one function app among ``resources``. ``NotRunnable`` if its host could not start."""
    apps = [each for each in resources if each.type.endswith(":web:WebApp")]
    if len(apps) != 1:
        raise NotRunnable(f"one function app is needed, and {len(apps)} were deployed")
    app = apps[0].properties
    settings = {each["name"]: each["value"] for each in app["siteConfig"]["appSettings"]}
    account = _account(settings)
    missing = [role for id, role in NEEDED.items() if not _may(resources, app, id, account)]
    if missing:
        raise NotRunnable(f"the identity of {app['name']} lacks the role {missing[0]} on storage account {account}")
    storage = app["functionAppConfig"]["deployment"]["storage"]
    return Site(settings, account, storage["value"])


def _account(settings: Mapping[str, str]) -> str:
    """The storage account that the settings name, by identity and for every service."""
    if settings.get(f"{STORAGE}__credential") != "managedidentity" or STORAGE in settings:
        raise NotRunnable(f"the app reaches its storage by a key; set {STORAGE}__credential to managedidentity")
    found = set()
    for service in SERVICES:
        name = f"{STORAGE}__{service}ServiceUri"
        account, _, domain = settings.get(name, "").removeprefix("https://").partition(".")
        if domain.rstrip("/") != f"{service}.core.windows.net":
            raise NotRunnable(f"setting {name} is no address of a storage account: {settings.get(name)!r}")
        found.add(account)
    if len(found) != 1:
        raise NotRunnable(f"the settings name {len(found)} storage accounts: {', '.join(sorted(found))}")
    return found.pop()


def _may(resources: Sequence[Resource], app: Mapping[str, Any], role: str, account: str) -> bool:
    """Whether a role was assigned to the app's identity on an account that was deployed."""
    scopes = {
        str(each.properties["id"]).lower()
        for each in resources
        if each.type.endswith(":storage:StorageAccount") and each.properties["name"] == account
    }
    principal = (app.get("identity") or {}).get("principalId")
    return any(
        each.properties["principalId"] == principal
        and each.properties["roleDefinitionId"].endswith(f"/{role}")
        and each.properties["scope"].lower() in scopes
        for each in resources
        if each.type.endswith(":authorization:RoleAssignment")
    )


def fetch(found: Site, connection: str, folder: Path) -> None:
    """Unpack into ``folder`` what was published for the app, from the Azurite of ``connection``."""
    account, _, rest = found.package.removeprefix("https://").partition(".")
    container = CONTAINERS.format(account=account, container=rest.partition("/")[2])
    with BlobServiceClient.from_connection_string(connection) as blobs:
        data = blobs.get_blob_client(container, PACKAGE).download_blob().readall()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
