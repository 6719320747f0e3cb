"""Apps with triggers on what the program created in the emulated AWS, each function with its own role."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION

from portable_faas.testing import running
from portable_faas.testing.conformance import TriggerConformance
from portable_faas.testing.conformance.behaviours import Behaviour, behaviours
from portable_faas.testing.running import scratch_folder
from portable_faas.testing.scratch import counted
from tests.infra.deployed import NAMED, Place, deployed, marked
from tests.infra.sources import DIES, app, files, orders, shipped

SAMPLE = {"blob", "http_keys", "queue_idempotent", "schedule", "topic"}


@pytest.mark.slow
class TestDeployed(TriggerConformance):
    """Every scenario of triggers and resources."""

    on = "aws"
    options = {"deployed": True}  # noqa: RUF012

    @pytest.mark.parametrize("behaviour", marked(behaviours(), SAMPLE), ids=NAMED)
    def test_trigger(self, behaviour: Behaviour, monkeypatch: pytest.MonkeyPatch) -> None:
        """One deployment for a scenario."""
        for name, value in behaviour.environment.items():
            monkeypatch.setenv(name, value)
        asyncio.run(self.run_behaviour(behaviour))


@pytest.mark.slow
async def test_a_setting_of_the_app_is_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GREETING", "good morning")
    async with running(app, on="aws", deployed=True) as client:
        assert (await client.http.get("/greet")).text == "good morning"


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with scratch_folder(), deployed(app) as opened:
        yield opened


async def arrived(place: Place) -> set[str]:
    """Whatever reaches its function."""
    kinds = ("queue", "topic", "bucket", "schedule")
    before = {kind: counted(kind) for kind in kinds}
    with place.services():
        await orders.send(1)
        await shipped.publish(1)
        await files.put("a", b"a")
    await place.client.advance(3600)
    reply = await place.client.http.get("/greet")
    return {kind for kind in kinds if counted(kind) > before[kind]} | ({"http"} if reply.status == 200 else set())


ALL = {"queue", "topic", "bucket", "schedule", "http"}
Break = Callable[[Place], Callable[[], object]]  # breaks something; gives what mends it


def no_stage(place: Place) -> Callable[[], object]:
    client, api = place.aws("apigatewayv2"), the_api(place)
    client.delete_stage(ApiId=api, StageName="$default")
    return lambda: client.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)


def no_automatic_deployment(place: Place) -> Callable[[], object]:
    client, api = place.aws("apigatewayv2"), the_api(place)
    client.update_stage(ApiId=api, StageName="$default", AutoDeploy=False)
    return lambda: client.update_stage(ApiId=api, StageName="$default", AutoDeploy=True)


def another_integration(place: Place) -> Callable[[], object]:
    client, api = place.aws("apigatewayv2"), the_api(place)
    found = {each["RouteKey"]: each for each in client.get_routes(ApiId=api)["Items"]}["GET /greet"]
    client.update_route(ApiId=api, RouteId=found["RouteId"], Target="integrations/other")
    return lambda: client.update_route(ApiId=api, RouteId=found["RouteId"], Target=found["Target"])


def no_permission(place: Place) -> Callable[[], object]:
    client = place.aws("lambda")
    arn = place.account.deployment.outputs["functions"]["greet"]
    (found,) = json.loads(client.get_policy(FunctionName=arn)["Policy"])["Statement"]
    named = {"FunctionName": arn.rpartition(":")[0], "Qualifier": arn.rpartition(":")[2], "StatementId": found["Sid"]}
    client.remove_permission(**named)
    service, source = found["Principal"]["Service"], found["Condition"]["ArnLike"]["AWS:SourceArn"]
    return lambda: client.add_permission(**named, Action=found["Action"], Principal=service, SourceArn=source)


def no_mapping(place: Place) -> Callable[[], object]:
    client = place.aws("lambda")
    found = mapping(place, "orders")
    client.update_event_source_mapping(UUID=found["UUID"], Enabled=False)
    return lambda: client.update_event_source_mapping(UUID=found["UUID"], Enabled=True)


def no_target(place: Place) -> Callable[[], object]:
    client = place.aws("events")
    which = {"Rule": place.prefix + "tell", "EventBusName": place.prefix + "shipped"}
    targets = client.list_targets_by_rule(**which)["Targets"]
    client.remove_targets(**which, Ids=[each["Id"] for each in targets])
    return lambda: client.put_targets(**which, Targets=targets)


def a_queue_that_lets_nobody_in(place: Place) -> Callable[[], object]:
    client = place.aws("sqs")
    url = client.get_queue_url(QueueName=place.prefix + "function_tell")["QueueUrl"]
    policy = client.get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]
    client.set_queue_attributes(QueueUrl=url, Attributes={"Policy": ""})
    return lambda: client.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})


def a_bucket_that_tells_nobody(place: Place) -> Callable[[], object]:
    client, bucket = place.aws("s3"), place.account.resources["bucket:files"]

    def tell(whom: dict[str, Any]) -> None:
        client.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=whom)

    tell({})
    return lambda: tell({"EventBridgeConfiguration": {}})


def a_schedule_that_is_off(place: Place) -> Callable[[], object]:
    client = place.aws("scheduler")
    found = client.get_schedule(Name=place.prefix + "tick-0")
    kept = {name: found[name] for name in ("Name", "ScheduleExpression", "FlexibleTimeWindow", "Target")}
    client.update_schedule(**kept, State="DISABLED")
    return lambda: client.update_schedule(**kept, State="ENABLED")


def a_role_that_may_call_nothing(place: Place) -> Callable[[], object]:
    client = place.aws("iam")
    which = {"RoleName": place.prefix + "tick-schedule", "PolicyName": "grants"}
    policy = client.get_role_policy(**which)["PolicyDocument"]
    kept = [each for each in policy["Statement"] if each["Sid"] != "Function"]
    client.put_role_policy(**which, PolicyDocument=json.dumps({**policy, "Statement": kept}))
    return lambda: client.put_role_policy(**which, PolicyDocument=json.dumps(policy))


BREAKS: dict[Break, str] = {
    no_stage: "http",
    no_automatic_deployment: "http",
    another_integration: "http",
    no_permission: "http",
    no_mapping: "queue",
    no_target: "topic",
    a_queue_that_lets_nobody_in: "topic",
    a_bucket_that_tells_nobody: "bucket",
    a_schedule_that_is_off: "schedule",
    a_role_that_may_call_nothing: "schedule",
}


def the_api(place: Place) -> str:
    (found,) = place.aws("apigatewayv2").get_apis()["Items"]
    return str(found["ApiId"])


def mapping(place: Place, queue: str) -> Any:
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{place.prefix}{queue}"
    (found,) = place.aws("lambda").list_event_source_mappings(EventSourceArn=arn)["EventSourceMappings"]
    return found


@contextmanager
def broken(place: Place, breaks: Break) -> Iterator[None]:
    mend = breaks(place)
    try:
        yield
    finally:
        mend()


@pytest.mark.slow
async def test_everything_arrives_by_what_was_created(place: Place) -> None:
    assert await arrived(place) == ALL
    await place.client.advance(180)
    assert counted("schedule") == DIES  # the function dies, and is tried again after one minute, and after two
    (lost,) = messages(place, "tick-missed")
    assert "scheduled" in json.loads(lost)


@pytest.mark.slow
@pytest.mark.parametrize("breaks", BREAKS, ids=lambda breaks: breaks.__name__)
async def test_what_is_missing_is_missed(place: Place, breaks: Break) -> None:
    with broken(place, breaks):
        assert await arrived(place) == ALL - {BREAKS[breaks]}
    assert await arrived(place) == ALL


@pytest.mark.slow
async def test_an_event_that_a_queue_does_not_take_is_a_dead_letter(place: Place) -> None:
    with broken(place, a_queue_that_lets_nobody_in):
        await arrived(place)
    (dead, *_) = messages(place, "function_tell_dead")
    assert json.loads(dead)["detail"]["data"] == 1


@pytest.mark.slow
async def test_a_call_that_a_schedule_may_not_make_is_a_dead_letter(place: Place) -> None:
    messages(place, "tick-missed")
    with broken(place, a_role_that_may_call_nothing):
        before = counted("schedule")
        await place.client.advance(3600)
        assert counted("schedule") == before
    assert len(messages(place, "tick-missed")) == 1


@pytest.mark.slow
async def test_a_mapping_says_whether_a_function_tells_what_failed(place: Place) -> None:
    client, found = place.aws("lambda"), mapping(place, "orders")
    client.update_event_source_mapping(UUID=found["UUID"], FunctionResponseTypes=[])
    assert await attempts(place) == 1
    client.update_event_source_mapping(UUID=found["UUID"], FunctionResponseTypes=["ReportBatchItemFailures"])
    assert await attempts(place) == orders.attempts


async def attempts(place: Place) -> int:
    """How often a message comes that its function does not take."""
    before = counted("queue")
    with place.services():
        await orders.send(-1)
    await place.client.advance(600)
    return counted("queue") - before


def messages(place: Place, queue: str) -> list[str]:
    """The bodies of what lies in a queue, which is taken out."""
    client = place.aws("sqs")
    url = client.get_queue_url(QueueName=place.prefix + queue)["QueueUrl"]
    found = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    for each in found:
        client.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
    return [str(each["Body"]) for each in found]
