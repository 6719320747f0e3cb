"""No example breaks a rule; and each rule is broken by something."""

import json
from typing import Any

import pulumi_aws
import pytest
from portable_faas_infra.checks import Recorded, Recording, record
from portable_faas_infra.checks.lints import RULES, lint
from portable_faas_infra.checks.lints_aws import ANYWHERE

from tests.infra.building import CLOUDS, EXAMPLES, built, example, recorded


@pytest.mark.parametrize("on", CLOUDS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_break_no_rule(name: str, on: str) -> None:
    assert lint(example(name, on)) == ()


def test_nor_do_the_options_of_azure() -> None:
    assert lint(recorded(built("orders", "azure"), plan="consumption", durable="scheduler")) == ()


def test_what_is_allowed_anywhere_has_a_reason() -> None:
    assert all(len(reason) > 20 for reason in ANYWHERE.values())


def made(type: str, **inputs: Any) -> Recorded:
    return Recorded(type, "it", "urn:it", "urn:parent", True, False, inputs)


def policy(action: Any, resource: Any) -> Recorded:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return made("aws:iam/rolePolicy:RolePolicy", policy=json.dumps({"Statement": [statement]}))


def site(config: dict[str, Any], **scale: Any) -> Recorded:
    flex = {"scaleAndConcurrency": {"instanceMemoryMB": 2048, "maximumInstanceCount": 40, **scale}}
    inputs = {"functionAppConfig": flex, "siteConfig": config, "identity": {"type": "x"}, "httpsOnly": True}
    return made("azure-native:web:WebApp", **inputs)


def assignment(role: str, scope: str) -> Recorded:
    return made("azure-native:authorization:RoleAssignment", roleDefinitionId=f"/x/{role}", scope=scope)


def schedule() -> Recorded:
    return made("aws:scheduler/schedule:Schedule", target={"arn": "arn:aws:lambda:r:1:function:f:1"})


def open_queue() -> Recorded:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
    return made("aws:sqs/queuePolicy:QueuePolicy", queueUrl="u", policy=json.dumps({"Statement": [statement]}))


OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
BROKEN: list[tuple[str, Recorded, str]] = [
    ("no-secret", made("t", a=[{"b": "DefaultEndpointsProtocol=https;AccountKey=abc"}]), "a storage account key"),
    ("no-secret", made("t", a="Endpoint=sb://x;SharedAccessKey=abc"), "a shared access key"),
    ("no-secret", made("t", a="https://x.blob.core.windows.net/c/b?sp=r&sig=abc"), "a shared access signature"),
    ("no-secret", made("t", a="AKIAIOSFODNN7EXAMPLE"), "an AWS access key"),
    ("no-secret", made("t", a="Server=x;Password=hunter2"), "a password"),
    ("nothing-unfilled", made("t", a="x ${table:instances}"), "${table:instances} left to fill in"),
    ("nothing-unfilled", made("t", a="${storage.blob}"), "${storage.blob} left to fill in"),
    ("iam-wildcard", policy("s3:*", "arn:aws:s3:::b/values/*"), "allows s3:*"),
    ("iam-wildcard", policy(["sqs:SendMessage"], "*"), "allows sqs:SendMessage on every resource"),
    ("iam-wildcard", policy("s3:GetObject", "arn:aws:s3:::*/x"), "allows s3:GetObject on arn:aws:s3:::*/x"),
    (
        "iam-wildcard",
        policy("lambda:InvokeFunction", "arn:aws:lambda:r:1:function:*"),
        "on arn:aws:lambda:r:1:function:*",
    ),
    ("lambda-limits", made("aws:lambda/function:Function", memorySize=64), "has 64 MiB"),
    ("lambda-limits", made("aws:lambda/function:Function", timeout=901), "has 901 s"),
    ("logs-end", made("aws:cloudwatch/logGroup:LogGroup", name="x"), "keeps logs for ever"),
    ("logs-end", made("aws:lambda/function:Function"), "log group None, which is not among the resources"),
    ("machine-logs", made("aws:sfn/stateMachine:StateMachine"), "has no log"),
    (
        "machine-logs",
        made(
            "aws:sfn/stateMachine:StateMachine",
            loggingConfiguration={"level": "ALL", "logDestination": "x", "includeExecutionData": True},
        ),
        "writes data of users",
    ),
    ("buckets-closed", made("aws:s3/bucket:Bucket"), "may be opened to the public"),
    ("flex-settings", site({"appSettings": [{"name": "FUNCTIONS_WORKER_RUNTIME"}]}), "FUNCTIONS_WORKER_RUNTIME"),
    ("flex-settings", site({"netFrameworkVersion": "v4.6"}), "has netFrameworkVersion"),
    ("flex-sizes", site({}, instanceMemoryMB=1024), "has instances of 1024 MiB"),
    ("flex-sizes", site({}, maximumInstanceCount=10), "has 10 instances"),
    ("identity-only", made("azure-native:storage:StorageAccount", allowBlobPublicAccess=False), "takes keys"),
    ("identity-only", made("azure-native:web:WebApp", httpsOnly=True), "has no identity"),
    ("narrow-roles", assignment(OWNER, "/subscriptions/1/resourceGroups/g/x/y"), "gives Owner"),
    ("narrow-roles", assignment("other", "/subscriptions/1"), "gives a role on all of /subscriptions/1"),
    ("narrow-roles", assignment("other", "/subscriptions/1/resourceGroups/g"), "gives a role on all of"),
    ("dead-letters", made("aws:cloudwatch/eventTarget:EventTarget"), "drops events that it cannot deliver"),
    ("dead-letters", schedule(), "drops calls that it cannot make"),
    ("dead-letters", schedule(), "calls a function that drops calls which failed"),
    ("dead-letters", made("aws:lambda/eventSourceMapping:EventSourceMapping", eventSourceArn="x"), "gives up nothing"),
    ("dead-letters", made("azure-native:eventgrid:EventSubscription"), "drops events that it cannot deliver"),
    ("dead-letters", made("azure-native:eventgrid:SystemTopicEventSubscription"), "drops events"),
    ("queues-closed", made("aws:sqs/queue:Queue"), "is not encrypted"),
    ("queues-closed", made("aws:sqs/queue:Queue", sqsManagedSseEnabled=True), "takes requests without TLS"),
    ("queues-closed", open_queue(), "lets others in than one rule"),
    ("topics-closed", made("azure-native:eventgrid:Topic"), "takes keys"),
]


@pytest.mark.parametrize(
    ("rule", "resource", "problem"), BROKEN, ids=[f"{rule}-{n}" for n, (rule, *_) in enumerate(BROKEN)]
)
def test_a_broken_rule_is_found(rule: str, resource: Recorded, problem: str) -> None:
    found = [one for one in lint(Recording((resource,), {})) if one.rule == rule]
    assert any(problem in one.problem for one in found), found


def test_a_text_made_from_an_output_too_early_is_found() -> None:
    def program() -> None:
        group = pulumi_aws.cloudwatch.LogGroup("logs", retention_in_days=1)
        pulumi_aws.cloudwatch.LogGroup("other", name=f"{group.name}-2", retention_in_days=1)

    assert [one.rule for one in lint(record(program))] == ["no-early-text"]


def test_every_rule_is_broken_by_a_test() -> None:
    assert {rule for rule, *_ in BROKEN} | {"no-early-text"} == set(RULES)
