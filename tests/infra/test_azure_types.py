"""Every type of Azure that the emulated deploy knows: made, left alone, changed, replaced where due, deleted."""

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pulumi
import pytest
from azure.storage.blob import BlobServiceClient
from portable_faas_azure.emulator.deployed import place
from portable_faas_infra.azure.published import Published
from portable_faas_infra.emulated import DeployFailed, Stack
from portable_faas_infra.emulated.azure import AzureBackend

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from pulumi_azure_native import (
        applicationinsights,
        authorization,
        durabletask,
        eventgrid,
        keyvault,
        operationalinsights,
        resources,
        storage,
        web,
    )

GROUP = {"resource_group_name": "needed"}
WRITER = "/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/writer"
READER = "/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/reader"


def group() -> Any:
    return resources.ResourceGroup("needed", resource_group_name="needed")


def inside(*needed: Any) -> Any:
    return pulumi.ResourceOptions(depends_on=[group(), *needed])


def plan() -> Any:
    return web.AppServicePlan("needed", name="needed", **GROUP, opts=inside())


def account(opts: Any = None) -> Any:
    skus = {"sku": {"name": "Standard_LRS"}, "kind": "StorageV2"}
    return storage.StorageAccount("needed", account_name="needed", **skus, **GROUP, opts=opts or inside())


def site(**inputs: Any) -> Any:
    needed = plan()
    opts = pulumi.ResourceOptions(depends_on=[needed])
    identity = web.ManagedServiceIdentityArgs(type="SystemAssigned")
    return web.WebApp("it", server_farm_id=needed.id, identity=identity, **GROUP, **inputs, opts=opts)


def assignment(role: str) -> Any:
    app = site(name="it")
    return authorization.RoleAssignment(
        "it", scope=app.id, principal_id=app.identity.principal_id, role_definition_id=role
    )


def hub(name: str) -> Any:
    scheduler = durabletask.Scheduler("needed", scheduler_name="needed", **GROUP, opts=inside())
    return durabletask.TaskHub("it", task_hub_name=name, scheduler_name=scheduler.name, **GROUP)


def topic(**inputs: Any) -> Any:
    own = eventgrid.IdentityInfoArgs(type="SystemAssigned")
    return eventgrid.Topic("needed", topic_name="needed", identity=own, **GROUP, **inputs, opts=inside())


def changes(held: Any, **inputs: Any) -> Any:
    own = eventgrid.IdentityInfoArgs(type="SystemAssigned")
    about = {"source": held.id, "topic_type": "Microsoft.Storage.StorageAccounts", "identity": own}
    return eventgrid.SystemTopic("needed", system_topic_name="needed", **about, **GROUP, **inputs)


def into_queue(held: Any) -> Any:
    to = eventgrid.StorageQueueEventSubscriptionDestinationArgs(
        endpoint_type="StorageQueue", resource_id=held.id, queue_name="it"
    )
    own = eventgrid.EventSubscriptionIdentityArgs(type="SystemAssigned")
    return eventgrid.DeliveryWithResourceIdentityArgs(identity=own, destination=to)


def subscription(name: str, types: list[str]) -> Any:
    source = topic()
    held = account(pulumi.ResourceOptions(depends_on=[source]))
    return eventgrid.EventSubscription(
        "it",
        event_subscription_name=name,
        scope=source.id,
        filter=eventgrid.EventSubscriptionFilterArgs(included_event_types=types),
        delivery_with_resource_identity=into_queue(held),
    )


def subscription_to_changes(name: str, types: list[str]) -> Any:
    held = account()
    return eventgrid.SystemTopicEventSubscription(
        "it",
        event_subscription_name=name,
        system_topic_name=changes(held).name,
        filter=eventgrid.EventSubscriptionFilterArgs(included_event_types=types),
        delivery_with_resource_identity=into_queue(held),
        **GROUP,
    )


def vault(**inputs: Any) -> Any:
    sku = keyvault.SkuArgs(family="A", name="standard")
    about = keyvault.VaultPropertiesArgs(tenant_id="t", sku=sku)
    return keyvault.Vault("it", properties=about, **GROUP, **inputs, opts=inside())


def expiring(days: int) -> Any:
    deleted = storage.DateAfterModificationArgs(days_after_creation_greater_than=days)
    actions = storage.ManagementPolicyActionArgs(base_blob=storage.ManagementPolicyBaseBlobArgs(delete=deleted))
    chosen = storage.ManagementPolicyFilterArgs(blob_types=["blockBlob"], prefix_match=["it/"])
    rule = storage.ManagementPolicyRuleArgs(
        name="it", type="Lifecycle", definition=storage.ManagementPolicyDefinitionArgs(actions=actions, filters=chosen)
    )
    return storage.ManagementPolicy(
        "it",
        account_name=account().name,
        management_policy_name="default",
        policy=storage.ManagementPolicySchemaArgs(rules=[rule]),
        **GROUP,
    )


class Case(NamedTuple):
    """``make`` registers the resource, with inputs that it gets first, then changed, then such that it is another."""

    type: str
    make: Callable[..., Any]
    first: Mapping[str, Any]
    changes: Mapping[str, Any] = {}
    replaces: Mapping[str, Any] = {}


CASES = [
    Case(
        "resources:ResourceGroup",
        lambda **inputs: resources.ResourceGroup("it", **inputs),
        {"tags": {"a": "b"}},
        {"tags": {"a": "c"}},
        {"resource_group_name": "other"},
    ),
    Case(
        "storage:StorageAccount",
        lambda **inputs: storage.StorageAccount(
            "it", sku={"name": "Standard_LRS"}, kind="StorageV2", **GROUP, **inputs, opts=inside()
        ),
        {"tags": {"a": "b"}},
        {"allow_shared_key_access": False},
        {"account_name": "other"},
    ),
    Case(
        "storage:BlobContainer",
        lambda name, **inputs: storage.BlobContainer(
            "it", account_name=account().name, container_name=name, **GROUP, **inputs
        ),
        {"name": "it"},
        {"metadata": {"a": "b"}},
        {"name": "other"},
    ),
    Case(
        "storage:Queue",
        lambda name, **inputs: storage.Queue("it", account_name=account().name, queue_name=name, **GROUP, **inputs),
        {"name": "its"},
        {"metadata": {"a": "b"}},
        {"name": "other"},
    ),
    Case(
        "storage:Table",
        lambda name, **inputs: storage.Table("it", account_name=account().name, table_name=name, **GROUP, **inputs),
        {"name": "its"},
        replaces={"name": "other"},
    ),
    Case("storage:ManagementPolicy", expiring, {"days": 1}, {"days": 2}),
    Case("eventgrid:Topic", topic, {"tags": {"a": "b"}}, {"tags": {"a": "c"}}, {"input_schema": "CustomEventSchema"}),
    Case(
        "eventgrid:SystemTopic",
        lambda **inputs: changes(account(), **inputs),
        {"tags": {"a": "b"}},
        {"tags": {"a": "c"}},
        {"location": "northeurope"},
    ),
    Case(
        "eventgrid:EventSubscription",
        subscription,
        {"name": "it", "types": ["a"]},
        {"types": ["b"]},
        {"name": "other"},
    ),
    Case(
        "eventgrid:SystemTopicEventSubscription",
        subscription_to_changes,
        {"name": "it", "types": ["a"]},
        {"types": ["b"]},
        {"name": "other"},
    ),
    Case("keyvault:Vault", vault, {"tags": {"a": "b"}}, {"tags": {"a": "c"}}, {"vault_name": "other"}),
    Case(
        "operationalinsights:Workspace",
        lambda **inputs: operationalinsights.Workspace("it", **GROUP, **inputs, opts=inside()),
        {"retention_in_days": 30},
        {"retention_in_days": 60},
        {"workspace_name": "other"},
    ),
    Case(
        "applicationinsights:Component",
        lambda **inputs: applicationinsights.Component(
            "it", kind="web", application_type="web", **GROUP, **inputs, opts=inside()
        ),
        {"disable_local_auth": False},
        {"disable_local_auth": True},
        {"resource_name_": "other"},
    ),
    Case(
        "web:AppServicePlan",
        lambda **inputs: web.AppServicePlan("it", **GROUP, **inputs, opts=inside()),
        {"tags": {"a": "b"}},
        {"tags": {"a": "c"}},
        {"reserved": True},
    ),
    Case("web:WebApp", site, {"https_only": False}, {"https_only": True}, {"name": "other"}),
    Case("authorization:RoleAssignment", assignment, {"role": READER}, replaces={"role": WRITER}),
    Case(
        "durabletask:Scheduler",
        lambda **inputs: durabletask.Scheduler("it", **GROUP, **inputs, opts=inside()),
        {"tags": {"a": "b"}},
        {"tags": {"a": "c"}},
        {"scheduler_name": "other"},
    ),
    Case("durabletask:TaskHub", hub, {"name": "it"}, replaces={"name": "other"}),
]


@pytest.fixture
def backend(azurite: str) -> AzureBackend:
    return AzureBackend(place(azurite))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.type.partition(":")[2])
def test_a_type_through_its_life(backend: AzureBackend, case: Case) -> None:
    stack = Stack(backend)
    inputs = dict(case.first)
    assert stack.up(lambda: case.make(**inputs))["create"] >= 1
    assert set(stack.up(lambda: case.make(**inputs))) == {"same"}
    if case.changes:
        inputs |= case.changes
        assert stack.up(lambda: case.make(**inputs))["update"] == 1
    if case.replaces:
        inputs |= case.replaces
        told = stack.up(lambda: case.make(**inputs))
        assert (told["replace"], told["delete"]) == (1, 1)
    assert {str(each.id).lower() for each in stack.resources} == set(backend.subscription.ids())
    stack.destroy()
    assert backend.subscription.ids() == []


def test_every_known_type_has_a_case(backend: AzureBackend) -> None:
    tested = {f"azure-native:{case.type}" for case in CASES}
    assert {token for token in backend.tokens() if token.startswith("azure-native:")} == tested
    assert set(backend.tokens()) - tested == {"pulumi-python:dynamic/portable-faas:Published"}


def packages(connection: str) -> dict[str, bytes]:
    with BlobServiceClient.from_connection_string(connection) as blobs:
        found = blobs.get_container_client("needed-packages")
        return {each.name: found.download_blob(each.name).readall() for each in found.list_blobs()}


def published(package: Path, sha256: str) -> None:
    needed = plan()
    opts = pulumi.ResourceOptions(depends_on=[needed])
    skus = {"sku": {"name": "Standard_LRS"}, "kind": "StorageV2"}
    held = storage.StorageAccount("needed", account_name="needed", **skus, **GROUP, opts=opts)
    container = storage.BlobContainer("packages", account_name=held.name, container_name="packages", **GROUP)
    place = pulumi.Output.concat(held.primary_endpoints.blob, container.name)
    where = web.FunctionsDeploymentStorageArgs(type="blobContainer", value=place)
    config = web.FunctionAppConfigArgs(deployment=web.FunctionsDeploymentArgs(storage=where))
    app = web.WebApp("it", name="it", server_farm_id=needed.id, function_app_config=config, **GROUP, opts=opts)
    inputs = {"to": app.default_host_name, "package": str(package), "sha256": sha256}
    pulumi.CustomResource(f"pulumi-python:{Published._resource_type_name}", "it", inputs)


def test_a_package_is_published_where_the_app_is_deployed_from(
    backend: AzureBackend, azurite: str, tmp_path: Path
) -> None:
    stack, package = Stack(backend), tmp_path / "app.zip"
    package.write_bytes(b"one")
    stack.up(lambda: published(package, "1"))
    assert packages(azurite) == {"released-package.zip": b"one"}
    moved = package.rename(tmp_path / "moved.zip")
    moved.write_bytes(b"not looked at")
    assert stack.up(lambda: published(moved, "1"))["update"] == 1
    assert packages(azurite) == {"released-package.zip": b"one"}
    moved.write_bytes(b"two")
    assert stack.up(lambda: published(moved, "2"))["update"] == 1
    assert packages(azurite) == {"released-package.zip": b"two"}
    stack.destroy()
    assert backend.subscription.ids() == []


def test_what_a_resource_needs_has_to_be_there(backend: AzureBackend) -> None:
    stack = Stack(backend)
    with pytest.raises(DeployFailed, match=r"cannot be created: there is no /subscriptions/.*/resourceGroups/missing"):
        stack.up(lambda: web.AppServicePlan("it", resource_group_name="missing"))
    with pytest.raises(DeployFailed, match="there is no plan nowhere"):
        stack.up(lambda: web.WebApp("it", server_farm_id="nowhere", **GROUP, opts=inside()))
    with pytest.raises(DeployFailed, match="there is no identity nobody"):
        stack.up(
            lambda: authorization.RoleAssignment(
                "it", scope=group().id, principal_id="nobody", role_definition_id=READER
            )
        )
    stack.destroy()


def refused(backend: AzureBackend, program: Callable[[], Any], problem: str) -> None:
    stack = Stack(backend)
    with pytest.raises(DeployFailed, match=problem):
        stack.up(program)
    stack.destroy()
    assert backend.subscription.ids() == []


def test_an_account_tells_of_itself_through_one_topic(backend: AzureBackend) -> None:
    def program() -> None:
        held = account()
        first = changes(held)
        about = {"source": held.id, "topic_type": "Microsoft.Storage.StorageAccounts"}
        after = pulumi.ResourceOptions(depends_on=[first])
        eventgrid.SystemTopic("second", system_topic_name="second", **about, **GROUP, opts=after)

    refused(backend, program, "has a system topic already")


def test_a_topic_without_an_identity_cannot_deliver_with_it(backend: AzureBackend) -> None:
    def program() -> None:
        held = account()
        source = eventgrid.Topic("t", **GROUP, opts=pulumi.ResourceOptions(depends_on=[held]))
        eventgrid.EventSubscription("it", scope=source.id, delivery_with_resource_identity=into_queue(held))

    refused(backend, program, r"deliveryWithResourceIdentity: t\w+ has no identity")


def test_events_of_what_is_not_there_are_refused(backend: AzureBackend) -> None:
    def of_nothing() -> None:
        eventgrid.SystemTopic("it", source="/nothing", topic_type="t", **GROUP, opts=inside())

    def into_nothing() -> None:
        to = eventgrid.StorageQueueEventSubscriptionDestinationArgs(
            endpoint_type="StorageQueue", resource_id="/nothing", queue_name="it"
        )
        eventgrid.EventSubscription("it", scope=topic().id, destination=to)

    refused(backend, of_nothing, "there is no /nothing")
    refused(backend, into_nothing, "there is no /nothing")


def test_the_rules_of_an_account_have_one_name(backend: AzureBackend) -> None:
    def program() -> None:
        policy = storage.ManagementPolicySchemaArgs(rules=[])
        storage.ManagementPolicy(
            "it", account_name=account().name, management_policy_name="mine", policy=policy, **GROUP
        )

    refused(backend, program, "the rules of an account are called default, not mine")


def test_a_name_that_the_storage_has_no_room_for_is_refused(backend: AzureBackend) -> None:
    def program() -> None:
        storage.Queue("it", account_name=account().name, queue_name="q" * 60, **GROUP)

    refused(backend, program, "'q{60}' is too long here: an emulated account has room for names of 56 characters")
