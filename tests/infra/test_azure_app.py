"""What the Pulumi program makes of a built app on Azure."""

from pathlib import Path

import pulumi
import pytest
from portable_faas_infra.checks import Recorded, Recording

from portable_faas.manifest import read
from tests.infra.building import EXAMPLES, Change, built, example, rebuilt, recorded

SITE = "azure-native:web:WebApp"
ASSIGNMENT = "azure-native:authorization:RoleAssignment"
ACCOUNT = "azure-native:storage:StorageAccount"
PUBLISHED = "pulumi-python:dynamic/portable-faas:Published"


def orders() -> Recording:
    return example("orders", "azure")


def only(recording: Recording, type: str) -> Recorded:
    (found,) = recording.of(type)
    return found


def settings_of(recording: Recording) -> dict[str, str]:
    listed = only(recording, SITE).inputs["siteConfig"]["appSettings"]
    return {each["name"]: each["value"] for each in listed}


def changed(tmp_path: Path, change: Change) -> Path:
    return rebuilt(built("orders", "azure"), tmp_path, change)


def test_flex_gets_nothing_that_it_refuses() -> None:
    site = only(orders(), SITE).inputs
    assert set(site["siteConfig"]) == {"appSettings", "minTlsVersion"}
    assert not {"FUNCTIONS_WORKER_RUNTIME", "WEBSITE_RUN_FROM_PACKAGE"} & set(settings_of(orders()))
    assert site["functionAppConfig"]["runtime"] == {"name": "python", "version": "3.12"}
    assert site["functionAppConfig"]["deployment"]["storage"]["authentication"] == {"type": "SystemAssignedIdentity"}


def test_the_app_signs_in_with_its_identity() -> None:
    settings = settings_of(orders())
    assert settings["AzureWebJobsStorage__credential"] == "managedidentity"
    assert settings["AzureWebJobsStorage__queueServiceUri"] == "https://ordersdev0123456.queue.core.windows.net/"
    assert only(orders(), ACCOUNT).inputs["allowSharedKeyAccess"] is False
    assigned = {one.name.removeprefix("orders-dev-"): one.inputs for one in orders().of(ASSIGNMENT)}
    assert set(assigned) == {
        "storage-blob-data-owner",
        "storage-queue-data-contributor",
        "storage-table-data-contributor",
        "monitoring-metrics-publisher",
    }
    assert {inputs["principalId"] for inputs in assigned.values()} == {"principal-of-orders-dev0123456"}
    scopes = {inputs["scope"].rpartition("/")[2] for inputs in assigned.values()}
    assert scopes == {"ordersdev0123456", "orders-dev"}
    assert len({inputs["roleAssignmentName"] for inputs in assigned.values()}) == len(assigned)


def test_code_is_published_after_the_roles_are_given() -> None:
    published = only(orders(), PUBLISHED)
    roles = {one.urn for one in orders().of(ASSIGNMENT) if "storage" in one.name}
    assert roles <= set(published.dependencies)
    assert published.inputs["to"] == "orders-dev0123456.azurewebsites.net"


def test_data_is_protected_unless_the_settings_say_otherwise() -> None:
    kept = {resource.type for resource in orders().resources if resource.protect}
    assert kept == {ACCOUNT, "azure-native:resources:ResourceGroup"}
    loose = recorded(built("orders", "azure"), protect="false")
    assert not [resource for resource in loose.resources if resource.protect]


def test_the_older_plan_runs_from_a_blob_that_only_the_deployer_writes() -> None:
    made = recorded(built("orders", "azure"), plan="consumption")
    site, settings = only(made, SITE).inputs, settings_of(made)
    assert "functionAppConfig" not in site
    assert site["siteConfig"]["linuxFxVersion"] == "Python|3.12"
    assert settings["FUNCTIONS_WORKER_RUNTIME"] == "python"
    uploaded = only(made, "pulumi-python:dynamic/portable-faas:Uploaded")
    assert settings["WEBSITE_RUN_FROM_PACKAGE"] == uploaded.inputs["to"]
    deployer = next(one for one in made.of(ASSIGNMENT) if "deployer" in one.name)
    assert (deployer.inputs["principalId"], deployer.inputs["scope"].rpartition("/")[2]) == ("object", "app-package")
    assert only(made, "pulumi-python:dynamic/portable-faas:Synced").inputs["to"].endswith("orders-dev0123456")


def test_the_scheduler_keeps_orchestrations_where_it_is_chosen() -> None:
    made = recorded(built("orders", "azure"), durable="scheduler")
    settings = settings_of(made)
    assert settings["DURABLE_TASK_SCHEDULER_CONNECTION_STRING"] == (
        "Endpoint=https://orders-dev.durabletask.invalid;Authentication=ManagedIdentity"
    )
    assert settings["AzureFunctionsJobHost__extensions__durableTask__storageProvider__type"] == "azureManaged"
    assert any("durable-task" in one.name for one in made.of(ASSIGNMENT))
    assert not orders().of("azure-native:durabletask:Scheduler")


def test_the_settings_reach_the_resources(tmp_path: Path) -> None:
    made = recorded(built("orders", "azure"), memory="4096", maxInstances="40", alwaysReady="2", retention="90")
    scale = only(made, SITE).inputs["functionAppConfig"]["scaleAndConcurrency"]
    assert scale == {
        "instanceMemoryMB": 4096,
        "maximumInstanceCount": 40,
        "alwaysReady": [{"name": "durable", "instanceCount": 2}],
    }
    assert only(made, "azure-native:operationalinsights:Workspace").inputs["retentionInDays"] == 90
    larger = recorded(changed(tmp_path, lambda d: d["functions"][0].update(memory=3000)))
    assert only(larger, SITE).inputs["functionAppConfig"]["scaleAndConcurrency"]["instanceMemoryMB"] == 4096


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_can_be_tagged_is(name: str) -> None:
    untagged = {"RoleAssignment", "BlobContainer", "Published", "Queue", "Table"}
    untagged |= {"EventSubscription", "SystemTopicEventSubscription", "ManagementPolicy"}
    app = read(built(name, "azure")).app
    for resource in example(name, "azure").resources:
        if resource.custom and resource.type.rpartition(":")[2] not in untagged:
            assert resource.inputs["tags"] == {"app": app, "stage": "dev", "version": "0"}, resource


WRONG: dict[str, tuple[Change, dict[str, str], str]] = {
    "memory of a function": (
        lambda d: d["functions"][0].update(memory=8192),
        {},
        "a function needs 8192 MiB, but Flex Consumption has instances of 512, 2048, 4096",
    ),
    "memory of the older plan": (
        lambda d: d["functions"][0].update(memory=2048),
        {"plan": "consumption"},
        "a function needs 2048 MiB, but the Consumption plan has instances of 1536; use plan flex",
    ),
    "memory": (
        lambda _: None,
        {"memory": "3000"},
        "setting memory: Flex Consumption has instances of 512, 2048, 4096 MiB, not 3000",
    ),
    "instances": (
        lambda _: None,
        {"maxInstances": "10"},
        "setting maxInstances: plan flex takes 40 to 1000, not 10",
    ),
    "ready": (lambda _: None, {"plan": "consumption", "alwaysReady": "1"}, "setting alwaysReady: only plan flex"),
    "retention": (lambda _: None, {"retention": "7"}, "Log Analytics keeps logs for 30 to 730 days"),
    "python": (lambda d: d.update(python="3.14"), {}, "plan flex runs Python 3.10, 3.11, 3.12, 3.13, not 3.14"),
    "long name": (
        lambda d: d.update(app="a" * 60),
        {},
        "is too long for a function app by 12 of 52 characters; shorten the app's name",
    ),
    "name": (lambda d: d.update(app="-"), {}, "'--dev' is no name for a function app"),
    "resource": (
        lambda d: d["resources"].append({"kind": "fax", "name": "mail"}),
        {},
        "resource 'mail': this release deploys no fax to azure",
    ),
    "name of a resource": (
        lambda d: d["resources"].append({"kind": "queue", "name": "Mail--"}),
        {},
        "'Mail--' is no name for a queue on azure",
    ),
    "trigger of nothing": (
        lambda d: d["functions"][0]["triggers"].append({"kind": "message", "queue": "lost"}),
        {},
        "function charge: there is no queue:lost in the manifest",
    ),
    "half a trigger": (
        lambda d: d["functions"][0]["triggers"].append({"kind": "http", "path": "/"}),
        {},
        "function charge: a trigger of kind http needs 'method'",
    ),
    "grant on nothing": (
        lambda d: d["functions"][0]["permissions"].append({"kind": "bucket", "name": "lost", "operation": "get"}),
        {},
        "function charge: there is no bucket:lost in the manifest",
    ),
    "placeholder": (lambda d: d["settings"].update(A="${storage.file}"), {}, "there is no storage.file to fill in"),
    "trigger": (
        lambda d: d["functions"][0]["triggers"].append({"kind": "fax"}),
        {},
        "deploys no trigger of kind fax",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_deployed_is_told_before_anything_is_created(name: str, tmp_path: Path) -> None:
    change, given, problem = WRONG[name]
    folder = changed(tmp_path, change)
    with pytest.raises(pulumi.RunError) as refused:
        recorded(folder, **given)
    assert problem in str(refused.value)
