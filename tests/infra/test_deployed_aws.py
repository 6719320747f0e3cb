"""Apps deployed to the emulated AWS by the infrastructure program: conformance scenarios, and changes of a stack."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from portable_faas_aws.emulator import Emulator
from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION

from examples.orders.app import Item, Order, app, fulfil
from portable_faas.manifest import Manifest, read, render
from portable_faas.provisioner import Provisioned, get_provisioner
from portable_faas.testing import running
from portable_faas.testing.conformance.discovery import Scenario, discover
from portable_faas.testing.conformance.suite import Conformance, StatefulConformance
from tests.infra.building import built
from tests.infra.deployed import NAMED, marked, run_cases

SAMPLE = {
    "flow_activity_timeout",
    "flow_context_now_timer",
    "flow_context_status",
    "flow_gather_limit",
    "flow_helper_finally",
    "flow_large_value",
}
ORDER = Order("A-1", [Item("desk", 1, 24900)], "4929-1234", "Norway")
STATEFUL_SAMPLE = {
    "stateful_child_result",
    "stateful_entity_call",
    "stateful_event_timeout_next",
    "stateful_lock_crossing",
    "stateful_race_event_first",
}


@pytest.mark.slow
class TestDeployed(Conformance, StatefulConformance):
    """What the program provisions, with roles that count."""

    on = "aws"
    options = {"deployed": True}  # noqa: RUF012

    @pytest.mark.parametrize("scenario", marked(discover("flow"), SAMPLE), ids=NAMED)
    def test_flow(self, scenario: Scenario) -> None:
        """One deployment for all cases of a scenario."""
        asyncio.run(run_cases(self, scenario))

    @pytest.mark.parametrize("scenario", marked(discover("stateful"), STATEFUL_SAMPLE), ids=NAMED)
    def test_stateful(self, scenario: Scenario) -> None:
        """The same."""
        asyncio.run(run_cases(self, scenario))


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator((), (), empty=True) as opened:
        yield opened


def place(emulator: Emulator) -> dict[str, str]:
    return {"endpoint": emulator.endpoint, "region": REGION, "account": ACCOUNT}


def deploy(emulator: Emulator, told: list[str] | None = None, example: str = "orders") -> Provisioned:
    progress = [] if told is None else told
    return get_provisioner().deploy(built(example, "aws"), place(emulator), progress.append)


def changed(folder: Path, manifest: Manifest, example: str = "orders") -> Path:
    """The build of an example with another manifest."""
    shutil.copytree(built(example, "aws"), folder, dirs_exist_ok=True)
    (folder / "manifest.json").write_text(render(manifest), "utf-8")
    return folder


def larger(folder: Path, function: str, example: str) -> Path:
    """The build of an example with more memory for one function."""
    manifest = read(built(example, "aws"))
    functions = [one._replace(memory=512) if one.name == function else one for one in manifest.functions]
    return changed(folder, manifest._replace(functions=tuple(functions)), example)


def names(emulator: Emulator) -> list[str]:
    """All that is in the account."""
    client = emulator.client
    return sorted(
        [
            *(each["FunctionName"] for each in client("lambda").list_functions()["Functions"]),
            *(each["name"] for each in client("stepfunctions").list_state_machines()["stateMachines"]),
            *client("dynamodb").list_tables()["TableNames"],
            *(each["Name"] for each in client("s3").list_buckets()["Buckets"]),
            *(each["RoleName"] for each in client("iam").list_roles()["Roles"]),
            *(each["logGroupName"] for each in client("logs").describe_log_groups()["logGroups"]),
            *client("sqs").list_queues().get("QueueUrls", []),
            *(each["UUID"] for each in client("lambda").list_event_source_mappings()["EventSourceMappings"]),
            *(each["Name"] for each in client("events").list_event_buses()["EventBuses"] if each["Name"] != "default"),
            *(each["Name"] for each in client("events").list_rules()["Rules"]),
            *(each["Name"] for each in client("scheduler").list_schedules()["Schedules"]),
            *(each["Name"] for each in client("secretsmanager").list_secrets()["SecretList"]),
            *(each["ApiId"] for each in client("apigatewayv2").get_apis()["Items"]),
        ]
    )


def test_a_second_deployment_changes_nothing(emulator: Emulator) -> None:
    deployed = deploy(emulator)
    before = names(emulator)
    assert set(deployed.deploy(built("orders", "aws"))) == {"same"}
    assert names(emulator) == before


def test_changing_one_function_updates_only_it_and_its_caller(emulator: Emulator, tmp_path: Path) -> None:
    told: list[str] = []
    deployed = deploy(emulator, told)
    told.clear()
    deployed.deploy(larger(tmp_path, "charge", "orders"))
    assert [line.split(maxsplit=1)[1] for line in told[:-1]] == [
        "update aws:lambda/function:Function orders-emulated-charge",
        "update aws:sfn/stateMachine:StateMachine orders-emulated-fulfil",
    ]


# The version that an API or a queue calls is part of what calls it.
CHANGES = {
    ("todo_api", "add_todo"): [
        "update aws:lambda/function:Function todo-api-emulated-add_todo",
        "update aws:apigatewayv2/integration:Integration todo-api-emulated-add_todo",
        "replace aws:lambda/permission:Permission todo-api-emulated-add_todo-0",
        "delete aws:lambda/permission:Permission todo-api-emulated-add_todo-0",
    ],
    ("todo_api", "write_diary"): [
        "update aws:lambda/function:Function todo-api-emulated-write_diary",
        "update aws:lambda/eventSourceMapping:EventSourceMapping todo-api-emulated-write_diary",
    ],
    ("thumbnails", "shrink"): [
        "update aws:lambda/function:Function thumbnails-emulated-shrink",
        "update aws:sfn/stateMachine:StateMachine thumbnails-emulated-make_all",
    ],
    ("nightly_report", "every_night"): [
        "update aws:lambda/function:Function nightly-report-emulated-every_night",
        "update aws:scheduler/schedule:Schedule nightly-report-emulated-every_night-0",
        "update aws:scheduler/schedule:Schedule nightly-report-emulated-every_night-1",
    ],
}


@pytest.mark.slow
@pytest.mark.parametrize("example", ["todo_api", "thumbnails", "nightly_report", "async_http"])
def test_an_app_with_triggers_is_deployed_once_and_leaves_nothing(emulator: Emulator, example: str) -> None:
    deployed = deploy(emulator, example=example)
    before = names(emulator)
    assert set(deployed.deploy(built(example, "aws"))) == {"same"}
    assert names(emulator) == before
    deployed.destroy()
    assert names(emulator) == []


@pytest.mark.slow
@pytest.mark.parametrize(("example", "function"), CHANGES, ids=lambda name: name)
def test_changing_one_function_updates_only_it_and_what_calls_it(
    emulator: Emulator, tmp_path: Path, example: str, function: str
) -> None:
    told: list[str] = []
    deployed = deploy(emulator, told, example)
    told.clear()
    deployed.deploy(larger(tmp_path, function, example))
    assert sorted(line.split(maxsplit=1)[1] for line in told[:-1]) == sorted(CHANGES[example, function])
    deployed.destroy()
    assert names(emulator) == []


def test_a_function_that_is_gone_leaves_no_orphan(emulator: Emulator, tmp_path: Path) -> None:
    deployed = deploy(emulator)
    manifest = read(built("orders", "aws"))
    kept = tuple(one for one in manifest.functions if one.name == "charge")
    deployed.deploy(changed(tmp_path, manifest._replace(functions=kept, machines=())))
    left = {name.removeprefix("/aws/lambda/").rpartition("-")[2] for name in names(emulator) if "emulated-" in name}
    assert not left & {"refund", "release", "reserve", "ship", "fulfil", "states"}
    assert "charge" in left


def test_destroy_leaves_nothing(emulator: Emulator) -> None:
    deployed = deploy(emulator)
    deployed.destroy()
    assert names(emulator) == []
    assert list(deployed.resources) == []


def test_what_fails_half_way_is_destroyed_cleanly(emulator: Emulator) -> None:
    from portable_faas_infra.emulated import DeployFailed
    from portable_faas_infra.emulated.aws import AWSBackend
    from portable_faas_infra.emulated.provisioner import EmulatedDeployment

    taken = "/aws/vendedlogs/states/orders-emulated-fulfil"
    emulator.client("logs").create_log_group(logGroupName=taken)
    deployment = EmulatedDeployment(AWSBackend(emulator.endpoint, REGION, ACCOUNT), lambda _line: None)
    with pytest.raises(DeployFailed, match="LogGroup orders-emulated-fulfil"):
        deployment.deploy(built("orders", "aws"))
    deployment.destroy()
    assert names(emulator) == [taken]


async def test_an_app_runs_on_what_was_deployed() -> None:
    async with running(app, on="aws", deployed=True) as client:
        handle = await client.start(fulfil, ORDER)
        assert (await handle.result()).parcel == "parcel-A-1"
        assert await handle.usage() == {"transitions": 7, "lambda_invocations": 3}
