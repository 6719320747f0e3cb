"""The types that bring events to functions, in an emulated account: created, changed in place, and gone again."""

import json
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi_aws as aws_sdk
import pytest
from moto.s3.models import s3_backends
from portable_faas_infra.emulated.aws import AWSBackend
from portable_faas_infra.emulated.aws.account import Account
from portable_faas_infra.emulated.stack import Stack

from tests.infra.test_aws_types import SOURCES, bucket, function, role

Program = Callable[[str], Any]
OPEN = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}


def queue() -> Any:
    return aws_sdk.sqs.Queue("needed", name="needed")


def queue_policy(text: str) -> Any:
    return aws_sdk.sqs.QueuePolicy("it", queue_url=queue().url, policy=json.dumps({"Id": text, "Statement": [OPEN]}))


def notification(text: str) -> Any:
    return aws_sdk.s3.BucketNotification("it", bucket=bucket().bucket, eventbridge=text == "one")


def mapping(text: str) -> Any:
    size = 1 if text == "one" else 5
    made = function(publish=True)
    return aws_sdk.lambda_.EventSourceMapping(
        "it", event_source_arn=queue().arn, function_name=made.arn, batch_size=size
    )


def bus(text: str) -> Any:
    return aws_sdk.cloudwatch.EventBus("it", name="it", tags={"a": text})


def rule(text: str) -> Any:
    return aws_sdk.cloudwatch.EventRule("it", name="it", event_pattern=json.dumps({"source": [text]}))


def target(text: str) -> Any:
    made = aws_sdk.cloudwatch.EventRule("needed", name="needed", event_pattern=json.dumps({"source": ["s"]}))
    retry = {"maximum_retry_attempts": 1 if text == "one" else 2, "maximum_event_age_in_seconds": 60}
    return aws_sdk.cloudwatch.EventTarget("it", rule=made.name, target_id="it", arn=queue().arn, retry_policy=retry)


def schedule(text: str) -> Any:
    when = "rate(1 minute)" if text == "one" else "rate(2 minutes)"
    to = {"arn": queue().arn, "role_arn": role().arn}
    return aws_sdk.scheduler.Schedule(
        "it", name="it", schedule_expression=when, flexible_time_window={"mode": "OFF"}, target=to
    )


def secret(text: str) -> Any:
    return aws_sdk.secretsmanager.Secret("it", name="it", recovery_window_in_days=0, tags={"a": text})


def api(text: str = "one", tag: str = "a") -> Any:
    return aws_sdk.apigatewayv2.Api("it", name="it", protocol_type="HTTP", description=text, tags={"a": tag})


def integration(text: str = "one") -> Any:
    return aws_sdk.apigatewayv2.Integration(
        "it", api_id=api().id, integration_type="AWS_PROXY", integration_uri=text, payload_format_version="2.0"
    )


def route(text: str) -> Any:
    behind = integration()
    target = pulumi.Output.concat("integrations/", behind.id)
    return aws_sdk.apigatewayv2.Route("it", api_id=behind.api_id, route_key=f"GET /{text}", target=target)


def stage(text: str) -> Any:
    logged = {"destination_arn": "arn:aws:logs:us-east-1:123456789012:log-group:it", "format": text}
    return aws_sdk.apigatewayv2.Stage(
        "it", api_id=api().id, name="$default", auto_deploy=True, access_log_settings=logged, tags={"a": text}
    )


def policy_of(account: Account) -> object:
    client = account.client("sqs")
    found = client.get_queue_attributes(
        QueueUrl=client.get_queue_url(QueueName="needed")["QueueUrl"], AttributeNames=["Policy"]
    )
    return json.loads(found["Attributes"]["Policy"])["Id"]


def told(account: Account) -> object:
    """moto keeps it and does not tell it over its API."""
    found: Any = s3_backends[account.number]["aws"].buckets["needed"].notification_configuration
    return found is not None and found.event_bridge is not None


def batch(account: Account) -> object:
    return account.client("lambda").list_event_source_mappings()["EventSourceMappings"][0]["BatchSize"]


def tag_of_bus(account: Account) -> object:
    client = account.client("events")
    arn = client.describe_event_bus(Name="it")["Arn"]
    return client.list_tags_for_resource(ResourceARN=arn)["Tags"][0]["Value"]


def pattern(account: Account) -> object:
    return json.loads(account.client("events").describe_rule(Name="it")["EventPattern"])["source"][0]


def tries(account: Account) -> object:
    found = account.client("events").list_targets_by_rule(Rule="needed")["Targets"]
    return found[0]["RetryPolicy"]["MaximumRetryAttempts"]


def rate(account: Account) -> object:
    return account.client("scheduler").get_schedule(Name="it")["ScheduleExpression"]


def tag_of_secret(account: Account) -> object:
    return account.client("secretsmanager").describe_secret(SecretId="it")["Tags"][0]["Value"]


def the_api(account: Account) -> Any:
    (found,) = account.client("apigatewayv2").get_apis()["Items"]
    return found


def description(account: Account) -> object:
    return the_api(account)["Description"]


def part(account: Account, kind: str) -> Any:
    (found,) = getattr(account.client("apigatewayv2"), f"get_{kind}")(ApiId=the_api(account)["ApiId"])["Items"]
    return found


def log_and_tag(account: Account) -> object:
    arn = f"arn:aws:apigateway:us-east-1::/apis/{the_api(account)['ApiId']}/stages/$default"
    tags = account.client("apigatewayv2").get_tags(ResourceArn=arn)["Tags"]
    found = part(account, "stages")
    return found["AccessLogSettings"]["Format"], tags or found["Tags"]


CASES: dict[str, tuple[Program, Callable[[Account], object], object, object]] = {
    "aws:sqs/queuePolicy:QueuePolicy": (queue_policy, policy_of, "one", "two"),
    "aws:s3/bucketNotification:BucketNotification": (notification, told, True, False),
    "aws:lambda/eventSourceMapping:EventSourceMapping": (mapping, batch, 1, 5),
    "aws:cloudwatch/eventBus:EventBus": (bus, tag_of_bus, "one", "two"),
    "aws:cloudwatch/eventRule:EventRule": (rule, pattern, "one", "two"),
    "aws:cloudwatch/eventTarget:EventTarget": (target, tries, 1, 2),
    "aws:scheduler/schedule:Schedule": (schedule, rate, "rate(1 minute)", "rate(2 minutes)"),
    "aws:secretsmanager/secret:Secret": (secret, tag_of_secret, "one", "two"),
    "aws:apigatewayv2/api:Api": (api, description, "one", "two"),
    "aws:apigatewayv2/integration:Integration": (
        integration,
        lambda account: part(account, "integrations")["IntegrationUri"],
        "one",
        "two",
    ),
    "aws:apigatewayv2/route:Route": (
        route,
        lambda account: part(account, "routes")["RouteKey"],
        "GET /one",
        "GET /two",
    ),
    "aws:apigatewayv2/stage:Stage": (stage, log_and_tag, ("one", {"a": "one"}), ("two", {"a": "two"})),
}


@pytest.mark.parametrize("token", sorted(CASES))
def test_a_source_is_made_changed_and_gone(aws: AWSBackend, token: str) -> None:
    program, probe, first, then = CASES[token]
    stack = Stack(aws)
    stack.up(lambda: program("one"))
    assert probe(aws.account) == first
    assert set(stack.up(lambda: program("one"))) == {"same"}
    changes = stack.up(lambda: program("two"))
    assert changes["update"] == 1
    assert set(changes) == {"same", "update"} or set(changes) == {"update"}
    assert probe(aws.account) == then
    stack.destroy()
    assert left(aws.account) == []


def left(account: Account) -> list[str]:
    """What the account still holds of it."""
    return [
        *account.client("sqs").list_queues().get("QueueUrls", []),
        *(each["UUID"] for each in account.client("lambda").list_event_source_mappings()["EventSourceMappings"]),
        *(
            each["Name"]
            for each in account.client("events").list_event_buses()["EventBuses"]
            if each["Name"] != "default"
        ),
        *(each["Name"] for each in account.client("events").list_rules()["Rules"]),
        *(each["Name"] for each in account.client("scheduler").list_schedules()["Schedules"]),
        *(each["Name"] for each in account.client("secretsmanager").list_secrets()["SecretList"]),
        *(each["Name"] for each in account.client("apigatewayv2").get_apis()["Items"]),
        *(each["Name"] for each in account.client("s3").list_buckets()["Buckets"]),
    ]


def test_every_source_has_a_case() -> None:
    assert set(CASES) == SOURCES


def test_the_tags_of_an_api_change(aws: AWSBackend) -> None:
    stack, client = Stack(aws), aws.account.client("apigatewayv2")
    stack.up(lambda: api(tag="a"))
    assert stack.up(lambda: api(tag="b")) == {"update": 1}
    arn = f"arn:aws:apigateway:us-east-1::/apis/{the_api(aws.account)['ApiId']}"
    assert client.get_tags(ResourceArn=arn)["Tags"] == {"a": "b"}


def qualified(version: str) -> Any:
    made = function(publish=True)
    return aws_sdk.lambda_.Permission(
        "it",
        function=made.name,
        qualifier=made.version,
        action="lambda:InvokeFunction",
        principal="apigateway.amazonaws.com",
        source_arn=version,
    )


def test_a_permission_on_a_version_goes_as_it_came(aws: AWSBackend) -> None:
    stack, client = Stack(aws), aws.account.client("lambda")
    stack.up(lambda: qualified("arn:a"))
    assert sources(client) == ["arn:a"]
    assert stack.up(lambda: qualified("arn:b")) == {"same": 2, "replace": 1, "delete": 1}
    assert sources(client) == ["arn:b"]
    stack.up(lambda: function(publish=True))
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        sources(client)


def sources(client: Any) -> list[str]:
    """Whom the policy of the first version names."""
    policy = client.get_policy(FunctionName="needed", Qualifier="1")["Policy"]
    return [each["Condition"]["ArnLike"]["AWS:SourceArn"] for each in json.loads(policy)["Statement"]]
