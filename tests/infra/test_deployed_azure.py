"""Apps deployed to the emulated Azure by the infrastructure program: scenarios, changes, rights and settings."""

import asyncio
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from azure.storage.blob import BlobServiceClient
from portable_faas_azure.emulator.deployed import NEEDED, fetch, place, site
from portable_faas_azure.emulator.rights import NotRunnable
from portable_faas_infra.azure.grant import METRICS, ROLES
from portable_faas_infra.emulated import DeployFailed
from portable_faas_infra.emulated.azure import AzureBackend
from portable_faas_infra.emulated.provisioner import EmulatedDeployment

from examples.orders.app import Item, Order, app, fulfil
from portable_faas.errors import NotSupported
from portable_faas.manifest import read
from portable_faas.provisioner import Resource
from portable_faas.testing import running
from portable_faas.testing.conformance.discovery import Scenario, discover
from portable_faas.testing.conformance.suite import Conformance, StatefulConformance
from tests.infra.building import built
from tests.infra.deployed import NAMED, marked, run_cases

SAMPLE = {"flow_activity_any", "flow_gather_limit"}
ORDER = Order("A-1", [Item("desk", 1, 24900)], "4929-1234", "Norway")
ON_STORAGE = [name for roles in NEEDED for name in roles.values()]
STATEFUL_SAMPLE = {"stateful_entity_call", "stateful_event_timeout_next"}


@pytest.mark.slow
@pytest.mark.usefixtures("azurite")
class TestDeployed(Conformance, StatefulConformance):
    """The package that the program published, on the settings that it gave."""

    on = "azure"
    options = {"deployed": True, "storage": "azurite"}  # noqa: RUF012

    @pytest.mark.parametrize("scenario", marked(discover("flow"), SAMPLE), ids=NAMED)
    def test_flow(self, scenario: Scenario) -> None:
        """One deployment for all cases of a scenario."""
        asyncio.run(run_cases(self, scenario))

    @pytest.mark.parametrize(
        "scenario", marked(discover("stateful"), STATEFUL_SAMPLE), ids=lambda scenario: scenario.name
    )
    def test_stateful(self, scenario: Scenario) -> None:
        """The same."""
        asyncio.run(run_cases(self, scenario))


@pytest.fixture
def deployment(azurite: str) -> Iterator[EmulatedDeployment]:
    made = EmulatedDeployment(AzureBackend(place(azurite)), lambda _line: None)
    made.deploy(built("orders", "azure"))
    yield made
    made.destroy()


def containers(connection: str, app: str = "orders") -> list[str]:
    with BlobServiceClient.from_connection_string(connection) as blobs:
        return [each.name for each in blobs.list_containers() if each.name.startswith(app)]


def test_a_second_deployment_changes_nothing(deployment: EmulatedDeployment) -> None:
    assert set(deployment.deploy(built("orders", "azure"))) == {"same"}


def test_the_package_is_the_one_that_was_built(deployment: EmulatedDeployment, azurite: str, tmp_path: Path) -> None:
    fetch(site(deployment.resources), azurite, tmp_path)
    with zipfile.ZipFile(built("orders", "azure") / "app.zip") as package:
        assert {file.name for file in tmp_path.iterdir()} == {name.partition("/")[0] for name in package.namelist()}


def test_destroy_leaves_nothing(deployment: EmulatedDeployment, azurite: str) -> None:
    assert len(containers(azurite)) == 1
    deployment.destroy()
    assert containers(azurite) == []
    assert deployment.resources == []


def test_the_identity_may_do_what_the_app_touches_and_no_more(deployment: EmulatedDeployment) -> None:
    """Durable Functions keeps all of an app's functions in one account; no function of the orders touches more."""
    assert all(function.permissions == () for function in read(built("orders", "azure")).functions)
    names = {id: name for name, id in ROLES.items()}
    granted = {
        (names[each.properties["roleDefinitionId"].rpartition("/")[2]], kind(each.properties["scope"]))
        for each in deployment.resources
        if each.type.endswith("RoleAssignment")
    }
    assert granted == {*((name, "storageAccounts") for name in ON_STORAGE), (METRICS, "components")}


def kind(scope: str) -> str:
    return scope.split("/")[-2]


@pytest.mark.parametrize("role", ON_STORAGE)
def test_the_host_does_not_start_without_a_role(deployment: EmulatedDeployment, role: str) -> None:
    def gives(each: Resource) -> bool:
        return str(each.properties.get("roleDefinitionId")).endswith(ROLES[role])

    less = [each for each in deployment.resources if not gives(each)]
    assert len(less) == len(deployment.resources) - 1
    with pytest.raises(NotRunnable, match=rf"identity of orders-emulated\w+ lacks the role {role} on storage account"):
        site(less)


def test_a_role_on_another_account_does_not_count(deployment: EmulatedDeployment) -> None:
    elsewhere = []
    for each in deployment.resources:
        scope = {"scope": f"{each.properties['scope']}x"} if "scope" in each.properties else {}
        elsewhere.append(each._replace(properties={**each.properties, **scope}))
    with pytest.raises(NotRunnable, match="lacks the role Storage Blob Data Owner"):
        site(elsewhere)


def with_settings(deployment: EmulatedDeployment, **settings: str | None) -> list[Resource]:
    found = []
    for each in deployment.resources:
        if each.type.endswith("WebApp"):
            config = each.properties["siteConfig"]
            named = {one["name"]: one["value"] for one in config["appSettings"]} | settings
            listed = [{"name": name, "value": value} for name, value in named.items() if value is not None]
            each = each._replace(properties={**each.properties, "siteConfig": {**config, "appSettings": listed}})
        found.append(each)
    return found


def test_a_key_in_the_settings_is_refused(deployment: EmulatedDeployment) -> None:
    with pytest.raises(NotRunnable, match="reaches its storage by a key"):
        site(with_settings(deployment, AzureWebJobsStorage="AccountKey=..."))
    with pytest.raises(NotRunnable, match="reaches its storage by a key"):
        site(with_settings(deployment, AzureWebJobsStorage__credential=None))


def test_an_address_that_is_none_is_refused(deployment: EmulatedDeployment) -> None:
    with pytest.raises(NotRunnable, match="AzureWebJobsStorage__queueServiceUri is no address of a storage account"):
        site(with_settings(deployment, AzureWebJobsStorage__queueServiceUri="https://x.blob.core.windows.net/"))
    with pytest.raises(NotRunnable, match="the settings name 2 storage accounts"):
        site(with_settings(deployment, AzureWebJobsStorage__queueServiceUri="https://x.queue.core.windows.net/"))


@pytest.mark.parametrize("example", ["orders", "thumbnails"])
def test_what_fails_half_way_is_destroyed_cleanly(example: str, azurite: str) -> None:
    backend = AzureBackend(place(azurite))
    taken = f"/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/{example}-emulated"
    plan = f"{taken}/providers/Microsoft.Web/serverfarms/{example}-emulated"
    backend.subscription.create(plan, None, {})
    made = EmulatedDeployment(backend, lambda _line: None)
    with pytest.raises(DeployFailed, match=rf"AppServicePlan {example}-emulated: .* exists already"):
        made.deploy(built(example, "azure"))
    backend.subscription.delete(plan)
    made.destroy()
    assert backend.subscription.ids() == []
    assert containers(azurite, example) == []


@pytest.mark.usefixtures("azurite")
async def test_an_app_runs_on_what_was_deployed(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "portable_faas.deploy")
    async with running(app, on="azure", deployed=True, storage="azurite") as client:
        handle = await client.start(fulfil, ORDER)
        assert (await handle.result()).parcel == "parcel-A-1"
    assert any("create azure-native:web:WebApp" in line for line in caplog.messages)


async def test_only_what_is_kept_in_azurite_is_deployed() -> None:
    with pytest.raises(NotSupported, match="an app is deployed into Azurite"):
        async with running(app, on="azure", deployed=True, storage="memory"):
            pass


async def test_there_is_nothing_to_deploy_to_on_this_machine() -> None:
    with pytest.raises(NotSupported, match="there is nothing to deploy to on local"):
        async with running(app, deployed=True):
            pass
