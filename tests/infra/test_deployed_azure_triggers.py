"""Apps with functions and resources on the emulated Azure, on what the program created and nothing else."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from azure.core.exceptions import AzureError
from azure.data.tables import TableServiceClient
from azure.storage.blob import BlobServiceClient
from azure.storage.queue import QueueServiceClient
from portable_faas_azure.emulator import placed
from portable_faas_azure.emulator.deployed import NAMES, place
from portable_faas_infra.checks import Recording
from portable_faas_infra.emulated.azure import AzureBackend
from portable_faas_infra.emulated.azure.storage import Stored
from portable_faas_infra.emulated.provisioner import EmulatedDeployment

from portable_faas.configuration import Configuration
from portable_faas.errors import NotInstalled, PortableFaasError
from portable_faas.provider import Target, get_provider
from portable_faas.provisioner import Provisioned, Resource
from portable_faas.testing import running
from portable_faas.testing.conformance import TriggerConformance
from portable_faas.testing.conformance.behaviours import Behaviour, behaviours
from tests.infra.building import PYTHON, built, rebuilt, recorded
from tests.infra.deployed import NAMED, marked
from tests.infra.whole import ENVIRONMENT, app, everything

SCENARIOS = {"blob", "http_keys", "queue_retry", "topic"}  # in every run: one for each kind of resource


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
class TestTriggers(TriggerConformance):
    """Every scenario of triggers and resources."""

    on = "azure"
    options = {"deployed": True, "storage": "azurite"}  # noqa: RUF012

    @pytest.mark.parametrize("behaviour", marked(behaviours(), SCENARIOS), ids=NAMED)
    def test_trigger(self, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch) -> None:
        """One deployment for a scenario."""
        super().test_trigger(behaviour, monkeypatch)


def test_the_part_names_scenarios() -> None:
    assert set(SCENARIOS) <= {each.name for each in behaviours()}


# Changes of a deployment.


@pytest.fixture
def told() -> list[str]:
    """The lines of a deployment."""
    return []


@pytest.fixture
def deployment(azurite: str, told: list[str]) -> Iterator[EmulatedDeployment]:
    """The thumbnails: events of objects, a topic, an orchestration."""
    made = EmulatedDeployment(AzureBackend(place(azurite)), told.append)
    made.deploy(built("thumbnails", "azure"))
    yield made
    made.destroy()


def stored(connection: str) -> list[str]:
    """Everything of the thumbnails that is in Azurite."""
    found = []
    with BlobServiceClient.from_connection_string(connection) as blobs:
        found += [one.name for one in blobs.list_containers()]
    with QueueServiceClient.from_connection_string(connection) as queues:
        found += [one.name for one in queues.list_queues()]
    with TableServiceClient.from_connection_string(connection) as tables:
        found += [one.name for one in tables.list_tables()]
    return [name for name in found if name.startswith("thumbnails")]


def test_a_second_deployment_changes_nothing(deployment: EmulatedDeployment) -> None:
    assert set(deployment.deploy(built("thumbnails", "azure"))) == {"same"}


def test_destroy_leaves_nothing_of_what_the_app_has_made_either(deployment: EmulatedDeployment, azurite: str) -> None:
    assert len(stored(azurite)) == 9
    account = deployment.outputs["storage"]
    with QueueServiceClient.from_connection_string(azurite) as queues:
        queues.create_queue(NAMES["queues"].format(account=account, queue="blob-arrived-poison"))
    deployment.destroy()
    assert stored(azurite) == []
    assert deployment.resources == []


def function(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(one for one in manifest["functions"] if one["name"] == name)
    return found


def test_changing_one_function_updates_only_it(deployment: EmulatedDeployment, told: list[str], tmp_path: Path) -> None:
    def change(manifest: dict[str, Any]) -> None:
        function(manifest, "arrived")["triggers"][0]["suffix"] = ".png"

    told.clear()
    deployment.deploy(rebuilt(built("thumbnails", "azure"), tmp_path, change))
    assert [line.split(maxsplit=1)[1] for line in told[:-1] if "dynamic" not in line] == [
        "update azure-native:eventgrid:SystemTopicEventSubscription thumbnails-emulated-arrived"
    ]


def test_a_function_that_is_gone_leaves_no_orphan(deployment: EmulatedDeployment, azurite: str, tmp_path: Path) -> None:
    def change(manifest: dict[str, Any]) -> None:
        manifest["functions"].remove(function(manifest, "arrived"))

    done = deployment.deploy(rebuilt(built("thumbnails", "azure"), tmp_path, change))
    assert done["delete"] == 3  # its queue, its subscription, and the right to deliver
    assert not [name for name in stored(azurite) if "arrived" in name]
    assert not [one for one in deployment.resources if "arrived" in one.name]


# What is missing shows.


@cache
def whole() -> Recording:
    """What the program asks for."""
    folder = Path(mkdtemp(prefix="pfaas-infra-"))
    get_provider("azure").build(app, Target(Configuration(), PYTHON, folder, emulated=True), lambda _: None)
    return recorded(folder, stage="emulated", variables='{"SHOP_URL": "https://shop.example"}')


Part = tuple[str, str]  # type and logical name


class Less:
    """A deployment without one of its resources."""

    def __init__(self, backend: AzureBackend, made: EmulatedDeployment, part: Part) -> None:
        self._made = made
        self._part = part
        (gone,) = [one for one in made.resources if (one.type, one.name) == part]
        kind = backend.kind(gone.type)
        if isinstance(kind, Stored):
            kind._call("delete", gone.properties)

    @property
    def outputs(self) -> Mapping[str, Any]:
        return self._made.outputs

    @property
    def resources(self) -> Sequence[Resource]:
        return [one for one in self._made.resources if (one.type, one.name) != self._part]

    def deploy(self, folder: Path) -> Mapping[str, int]:
        return self._made.deploy(folder)

    def destroy(self) -> Mapping[str, int]:
        return self._made.destroy()


class Careless:
    """A provisioner that forgets one resource."""

    def __init__(self, part: Part) -> None:
        self._part = part

    def deploy(self, folder: Path, where: Mapping[str, str], progress: Any) -> Provisioned:
        backend = AzureBackend(where)
        made = EmulatedDeployment(backend, progress)
        made.deploy(folder)
        return Less(backend, made, self._part)


# By what a missing resource of a type, and of a name, shows.
SIGNS = {
    r"BlobContainer .*boxes": "the ledger holds",
    r"BlobContainer .*ledger": "container does not exist",
    r"BlobContainer .*messages": "answered 500",
    r"BlobContainer .*packages": "container does not exist",
    r"EventSubscription .*arrived": r"the ledger holds \['told",
    r"EventSubscription .*told": r"the ledger holds \['arrived",
    r"Queue ": "did not start",
    r"RoleAssignment .*key-vault": "answered 401",
    r"RoleAssignment .*eventgrid-data-sender": r"the ledger holds \['arrived",
    r"RoleAssignment .*arrived-storage-queue-data-message-sender": r"the ledger holds \['told",
    r"RoleAssignment .*told-storage-queue-data-message-sender": r"the ledger holds \['arrived",
    r"RoleAssignment .*(owner|queue-data-contributor|table-data-contributor)": "lacks the role Storage",
    r"StorageAccount ": "lacks the role Storage Blob Data Owner",
    r"SystemTopic ": r"the ledger holds \['told",
    r"Table ": "the ledger holds",
    r":Topic ": "is the address of no topic that was deployed",
    r"Vault ": "answered 401",
    r"WebApp ": "one function app is needed, and 0 were deployed",
}
# What stands behind these is not emulated, or counts only where something else fails.
UNFELT = (
    *("ResourceGroup", "AppServicePlan", "Workspace", "Component", "metrics-publisher", "Published"),
    *("ManagementPolicy", "undelivered", "storage-blob-data-contributor"),
)
SAMPLE = ("whole-emulated-told", "whole-emulated-changes", "whole-emulated-key-vault-secrets-user")


def parts() -> list[Part]:
    found = [(one.type, one.name) for one in whole().resources if one.custom]
    return [part for part in found if not any(each in " ".join(part) for each in UNFELT)]


def in_turn() -> list[Any]:
    marks: dict[bool, Any] = {True: pytest.mark.slow, False: pytest.mark.full}
    return [pytest.param(part, marks=marks[part[1] in SAMPLE], id=" ".join(part)) for part in parts()]


@pytest.fixture
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """The values that the deployment is given."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.mark.slow
@pytest.mark.usefixtures("azurite", "variables")
async def test_everything_works_on_all_of_it() -> None:
    async with running(app, on="azure", deployed=True) as client:
        await everything(client)


@pytest.mark.usefixtures("azurite", "variables")
@pytest.mark.parametrize("part", in_turn())
async def test_without_one_resource_something_fails(part: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placed, "get_provisioner", lambda: Careless(part))
    (sign,) = [told for which, told in SIGNS.items() if re.search(which, " ".join(part))]
    with pytest.raises((AssertionError, AzureError, NotInstalled, PortableFaasError), match=sign):
        async with running(app, on="azure", deployed=True) as client:
            await everything(client)
