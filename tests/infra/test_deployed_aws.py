"""Apps deployed to the emulated AWS by the infrastructure program: conformance scenarios, and changes of a stack."""

import asyncio
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


def deploy(emulator: Emulator, told: list[str] | None = None) -> Provisioned:
    progress = [] if told is None else told
    return get_provisioner().deploy(built("orders", "aws"), place(emulator), progress.append)


def changed(folder: Path, manifest: Manifest) -> Path:
    """The build of the orders with another manifest."""
    for file in built("orders", "aws").rglob("*"):
        if file.is_file():
            copy = folder / file.relative_to(built("orders", "aws"))
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    (folder / "manifest.json").write_text(render(manifest), "utf-8")
    return folder


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
    manifest = read(built("orders", "aws"))
    functions = [one._replace(memory=512) if one.name == "charge" else one for one in manifest.functions]
    told.clear()
    deployed.deploy(changed(tmp_path, manifest._replace(functions=tuple(functions))))
    assert [line.split(maxsplit=1)[1] for line in told[:-1]] == [
        "update aws:lambda/function:Function orders-emulated-charge",
        "update aws:sfn/stateMachine:StateMachine orders-emulated-fulfil",
    ]


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


@pytest.mark.slow
@pytest.mark.parametrize("example", ["nightly_report", "thumbnails"])
def test_functions_with_triggers_are_deployed_once_and_leave_nothing(emulator: Emulator, example: str) -> None:
    """Queues, buses, rules, schedules and secrets; that the app runs on them is not shown here."""
    folder = built(example, "aws")
    deployed = get_provisioner().deploy(folder, place(emulator), lambda _line: None)
    assert set(deployed.deploy(folder)) == {"same"}
    queues = emulator.client("sqs").list_queues()["QueueUrls"]
    assert {name for name in deployed.outputs["resources"].values() if "/" in name} <= set(queues)
    deployed.destroy()
    assert names(emulator) == []
    assert emulator.client("sqs").list_queues().get("QueueUrls", []) == []
    assert emulator.client("events").list_rules()["Rules"] == []
    assert emulator.client("scheduler").list_schedules()["Schedules"] == []


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
