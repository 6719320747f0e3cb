"""Reads off a deployment what the platform would start a function app with: its package, settings and rights.

    deployed.site(resources)   ->   Site(settings={"AzureWebJobsStorage__blobServiceUri": ...}, account="orders1f", ...)

The host keeps everything in a storage account that it reaches by the app's identity, and so does an app with what it
has of its own. Here that is an account of Azurite, whose keys say nothing about rights, so the rights are compared.
Source: "Connect to host storage with an identity", learn.microsoft.com.
"""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, final

from azure.storage.blob import BlobServiceClient

from portable_faas.provisioner import Resource
from portable_faas_azure.emulator.host_process import STORAGE
from portable_faas_azure.emulator.rights import OWNS_BLOBS, USES_QUEUES, USES_TABLES, NotRunnable, Rights, identity_of
from portable_faas_azure.runtime.names import CONNECTION

# The names in Azurite of what is in an account; ``Names`` of the run time makes the same of an account and a name.
NAMES: Final[Mapping[str, str]] = {
    "containers": "{account}-{container}",
    "queues": "{account}-{queue}",
    "tables": "{account}{table}",
}
PACKAGE: Final = "released-package.zip"
SERVICES: Final = ("blob", "queue", "table")
# What the host does with its own account, where Durable Functions keeps instances, messages and leases, and what the
# run time does with the account of the app's queues, buckets and table: queue triggers want the same of it.
NEEDED: Final = (OWNS_BLOBS, USES_QUEUES, USES_TABLES)


@final
class Site(NamedTuple):
    """A function app: its settings, the storage account of its host, where its package lies, who it is to others.

    ``own`` is the storage account with what the app has of its own; None where it has no connection to one.
    """

    settings: Mapping[str, str]
    account: str
    package: str
    principal: str | None
    own: str | None


def place(connection: str) -> dict[str, str]:
    """Where a provisioner finds the storage, and what it calls things there."""
    return {"storage": connection, **NAMES}


def site(resources: Sequence[Resource]) -> Site:
    """The one function app among ``resources``. ``NotRunnable`` if its host could not start."""
    apps = [each for each in resources if each.type.endswith(":web:WebApp")]
    if len(apps) != 1:
        raise NotRunnable(f"one function app is needed, and {len(apps)} were deployed")
    app = apps[0].properties
    settings = {each["name"]: each["value"] for each in app["siteConfig"]["appSettings"]}
    account = _account(settings, STORAGE)
    own = _account(settings, CONNECTION) if any(name.startswith(CONNECTION) for name in settings) else None
    for used in {account, own} - {None}:
        for lacking in _lacking(resources, app, str(used)):
            raise NotRunnable(f"the identity of {app['name']} lacks the role {lacking} on storage account {used}")
    storage = app["functionAppConfig"]["deployment"]["storage"]
    return Site(settings, account, storage["value"], identity_of(app), own)


def _account(settings: Mapping[str, str], connection: str) -> str:
    """The storage account that the settings of a connection name, by identity and for every service."""
    if settings.get(f"{connection}__credential") != "managedidentity" or connection in settings:
        raise NotRunnable(f"the app reaches its storage by a key; set {connection}__credential to managedidentity")
    found = set()
    for service in SERVICES:
        name = f"{connection}__{service}ServiceUri"
        account, _, domain = settings.get(name, "").removeprefix("https://").partition(".")
        if domain.rstrip("/") != f"{service}.core.windows.net":
            raise NotRunnable(f"setting {name} is no address of a storage account: {settings.get(name)!r}")
        found.add(account)
    if len(found) != 1:
        raise NotRunnable(f"the settings name {len(found)} storage accounts: {', '.join(sorted(found))}")
    return found.pop()


def _lacking(resources: Sequence[Resource], app: Mapping[str, Any], account: str) -> Iterator[str]:
    """The roles that the app's identity has not on an account; all of them, if that was not deployed."""
    rights, scope = Rights(resources), account_id(resources, account)
    for roles in NEEDED:
        lacking = rights.lacking(identity_of(app), roles, scope)
        if lacking:
            yield lacking


def account_id(resources: Sequence[Resource], account: str) -> str:
    """The id of a storage account by its name; empty if there is none."""
    accounts = (each.properties for each in resources if each.type.endswith(":storage:StorageAccount"))
    return next((str(each["id"]) for each in accounts if each["name"] == account), "")


def fetch(found: Site, connection: str, folder: Path) -> None:
    """Unpack into ``folder`` what was published for the app, from the Azurite of ``connection``."""
    account, _, rest = found.package.removeprefix("https://").partition(".")
    container = NAMES["containers"].format(account=account, container=rest.partition("/")[2])
    with BlobServiceClient.from_connection_string(connection) as blobs:
        data = blobs.get_blob_client(container, PACKAGE).download_blob().readall()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        archive.extractall(folder)
