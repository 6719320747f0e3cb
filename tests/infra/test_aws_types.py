"""Every type of AWS that the emulated deploy knows: made, left alone, changed, replaced where that is due, deleted."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pulumi
import pulumi_aws as aws_sdk
import pytest
from portable_faas_infra.emulated import DeployFailed, Stack
from portable_faas_infra.emulated.aws import AWSBackend
from portable_faas_infra.emulated.aws.backend import KINDS

Client = Callable[[str], Any]


def trust(service: str) -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


# What brings events to functions is in `test_aws_sources`.
SOURCES = {
    "aws:sqs/queuePolicy:QueuePolicy",
    "aws:s3/bucketNotification:BucketNotification",
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    "aws:cloudwatch/eventBus:EventBus",
    "aws:cloudwatch/eventRule:EventRule",
    "aws:cloudwatch/eventTarget:EventTarget",
    "aws:scheduler/schedule:Schedule",
    "aws:secretsmanager/secret:Secret",
    "aws:apigatewayv2/api:Api",
    "aws:apigatewayv2/integration:Integration",
    "aws:apigatewayv2/route:Route",
    "aws:apigatewayv2/stage:Stage",
}
TRUST = trust("lambda.amazonaws.com")


def policy(action: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def role() -> Any:
    return aws_sdk.iam.Role("needed", name="needed", assume_role_policy=TRUST)


def bucket() -> Any:
    return aws_sdk.s3.Bucket("needed", bucket="needed", force_destroy=True)


def code(text: str) -> pulumi.AssetArchive:
    return pulumi.AssetArchive({"app": pulumi.AssetArchive({"main.py": pulumi.StringAsset(text)})})


def function(name: str = "needed", text: str = "x = 1", **inputs: Any) -> Any:
    where = {"runtime": "python3.12", "handler": "app.main.go", "code": code(text)}
    logical = "needed" if name == "needed" else "it"
    return aws_sdk.lambda_.Function(logical, name=name, role=role().arn, **where, **inputs)


class Case(NamedTuple):
    """``make`` registers the resource; ``probe`` reads what the account then holds."""

    token: str
    make: Callable[..., Any]
    first: dict[str, Any]
    probe: Callable[[Client, Any], Any]
    found: Any
    changes: Mapping[str, Any] = {}
    then: Any = None
    replaces: Mapping[str, Any] = {}


def queue(**inputs: Any) -> Any:
    return aws_sdk.sqs.Queue("it", **inputs)


def some_role(assume_role_policy: str = TRUST, **inputs: Any) -> Any:
    return aws_sdk.iam.Role("it", name="it", assume_role_policy=assume_role_policy, **inputs)


def role_policy(name: str, **inputs: Any) -> Any:
    return aws_sdk.iam.RolePolicy("it", name=name, role=role().name, **inputs)


def group(**inputs: Any) -> Any:
    return aws_sdk.cloudwatch.LogGroup("it", **inputs)


def table(hash_key: str, **inputs: Any) -> Any:
    attributes = [aws_sdk.dynamodb.TableAttributeArgs(name=hash_key, type="S")]
    return aws_sdk.dynamodb.Table("it", name="it", hash_key=hash_key, attributes=attributes, **inputs)


def alias(name: str, description: str) -> Any:
    made = function(publish=True)
    version = made.version
    return aws_sdk.lambda_.Alias(
        "it", name=name, function_name=made.name, function_version=version, description=description
    )


def permission(principal: str) -> Any:
    return aws_sdk.lambda_.Permission(
        "it", function=function().name, action="lambda:InvokeFunction", principal=principal, statement_id="it"
    )


def machine(state: str, name: str = "it") -> Any:
    definition = {"StartAt": state, "States": {state: {"Type": "Succeed"}}}
    return aws_sdk.sfn.StateMachine("it", name=name, role_arn=role().arn, definition=json.dumps(definition))


def public_block(**inputs: Any) -> Any:
    return aws_sdk.s3.BucketPublicAccessBlock("it", bucket=bucket().bucket, **inputs)


def lifecycle(days: int) -> Any:
    rule = aws_sdk.s3.BucketLifecycleConfigurationRuleArgs(
        id="old",
        status="Enabled",
        filter=aws_sdk.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix="values/"),
        expiration=aws_sdk.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days),
    )
    return aws_sdk.s3.BucketLifecycleConfiguration("it", bucket=bucket().bucket, rules=[rule])


def encryption(algorithm: str) -> Any:
    default = {"sse_algorithm": algorithm}
    rules = [{"apply_server_side_encryption_by_default": default}]
    return aws_sdk.s3.BucketServerSideEncryptionConfiguration("it", bucket=bucket().bucket, rules=rules)


def ownership(mode: str) -> Any:
    return aws_sdk.s3.BucketOwnershipControls("it", bucket=bucket().bucket, rule={"object_ownership": mode})


def bucket_policy(action: str) -> Any:
    return aws_sdk.s3.BucketPolicy("it", bucket=bucket().bucket, policy=policy(action))


def versioning(status: str) -> Any:
    return aws_sdk.s3.BucketVersioning("it", bucket=bucket().bucket, versioning_configuration={"status": status})


def stored(text: str, key: str = "it.txt") -> Any:
    return aws_sdk.s3.BucketObjectv2("it", bucket=bucket().bucket, key=key, source=pulumi.StringAsset(text))


def stored_before(text: str, key: str = "it.txt") -> Any:
    return aws_sdk.s3.BucketObject("it", bucket=bucket().bucket, key=key, content=text)


def some_bucket(**inputs: Any) -> Any:
    return aws_sdk.s3.Bucket("it", **inputs)


def attribute(name: str) -> Callable[[Client, Any], Any]:
    def probe(client: Client, made: Any) -> Any:
        found = client("sqs").get_queue_attributes(QueueUrl=made.id, AttributeNames=[name])
        return found["Attributes"][name]

    return probe


def object_text(client: Client, made: Any) -> str:
    text: bytes = client("s3").get_object(Bucket="needed", Key=made.id)["Body"].read()
    return text.decode()


CASES = [
    Case(
        "aws:sqs/queue:Queue",
        queue,
        {"visibility_timeout_seconds": 30},
        attribute("VisibilityTimeout"),
        "30",
        {"visibility_timeout_seconds": 60, "tags": {"a": "b"}},
        "60",
        {"name": "other"},
    ),
    Case(
        "aws:iam/role:Role",
        some_role,
        {"description": "one", "tags": {"app": "a"}},
        lambda client, made: client("iam").get_role(RoleName=made.id)["Role"]["Description"],
        "one",
        {"description": "two", "tags": {"app": "b"}, "assume_role_policy": trust("states.amazonaws.com")},
        "two",
        {"path": "/other/"},
    ),
    Case(
        "aws:iam/rolePolicy:RolePolicy",
        role_policy,
        {"name": "it", "policy": policy("s3:GetObject")},
        lambda client, made: client("iam").get_role_policy(RoleName="needed", PolicyName=made.outputs["name"])[
            "PolicyDocument"
        ]["Statement"][0]["Action"],
        "s3:GetObject",
        {"policy": policy("s3:PutObject")},
        "s3:PutObject",
        {"name": "other"},
    ),
    Case(
        "aws:cloudwatch/logGroup:LogGroup",
        group,
        {"retention_in_days": 7},
        lambda client, made: client("logs").describe_log_groups(logGroupNamePrefix=made.id)["logGroups"][0].get(
            "retentionInDays"
        ),
        7,
        {"retention_in_days": None, "tags": {"a": "b"}},
        None,
        {"name": "/other"},
    ),
    Case(
        "aws:dynamodb/table:Table",
        table,
        {"hash_key": "id", "billing_mode": "PAY_PER_REQUEST", "point_in_time_recovery": {"enabled": True}},
        lambda client, made: client("dynamodb").describe_table(TableName=made.id)["Table"]["DeletionProtectionEnabled"],
        False,
        {"deletion_protection_enabled": True, "tags": {"a": "b"}},
        True,
    ),
    Case(
        "aws:dynamodb/table:Table",
        table,
        {"hash_key": "id", "billing_mode": "PAY_PER_REQUEST"},
        lambda client, made: client("dynamodb").describe_time_to_live(TableName=made.id)["TimeToLiveDescription"][
            "TimeToLiveStatus"
        ],
        "DISABLED",
        {"ttl": {"enabled": True, "attribute_name": "until"}},
        "ENABLED",
        {"hash_key": "key"},
    ),
    Case(
        "aws:lambda/function:Function",
        function,
        {"name": "it", "memory_size": 256, "environment": {"variables": {"mode": "a"}}, "publish": True},
        lambda client, made: client("lambda").get_function_configuration(
            FunctionName=made.outputs["qualifiedArn"]
        )["Environment"]["Variables"],
        {"mode": "a"},
        {"environment": {"variables": {"mode": "b"}}, "tags": {"a": "b"}},
        {"mode": "b"},
        {"name": "other"},
    ),
    Case(
        "aws:lambda/alias:Alias",
        alias,
        {"name": "live", "description": "one"},
        lambda client, made: client("lambda").get_alias(FunctionName="needed", Name=made.outputs["name"])[
            "Description"
        ],
        "one",
        {"description": "two"},
        "two",
        {"name": "next"},
    ),
    Case(
        "aws:lambda/permission:Permission",
        permission,
        {"principal": "events.amazonaws.com"},
        lambda client, made: json.loads(client("lambda").get_policy(FunctionName="needed")["Policy"])["Statement"][0][
            "Principal"
        ]["Service"],
        "events.amazonaws.com",
        replaces={"principal": "s3.amazonaws.com"},
    ),
    Case(
        "aws:sfn/stateMachine:StateMachine",
        machine,
        {"state": "One"},
        lambda client, made: json.loads(
            client("stepfunctions").describe_state_machine(stateMachineArn=made.id)["definition"]
        )["StartAt"],
        "One",
        {"state": "Two"},
        "Two",
        {"name": "other"},
    ),
    Case(
        "aws:s3/bucket:Bucket",
        some_bucket,
        {"tags": {"app": "a"}},
        lambda client, made: client("s3").get_bucket_tagging(Bucket=made.id)["TagSet"][0]["Value"],
        "a",
        {"tags": {"app": "b"}},
        "b",
        {"bucket": "another"},
    ),
    Case(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        public_block,
        {"block_public_acls": True},
        lambda client, made: client("s3").get_public_access_block(Bucket="needed")["PublicAccessBlockConfiguration"][
            "BlockPublicPolicy"
        ],
        False,
        {"block_public_policy": True},
        True,
    ),
    Case(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        lifecycle,
        {"days": 1},
        lambda client, made: client("s3").get_bucket_lifecycle_configuration(Bucket="needed")["Rules"][0]["Expiration"][
            "Days"
        ],
        1,
        {"days": 2},
        2,
    ),
    Case(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        encryption,
        {"algorithm": "AES256"},
        lambda client, made: client("s3").get_bucket_encryption(Bucket="needed")["ServerSideEncryptionConfiguration"][
            "Rules"
        ][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"],
        "AES256",
        {"algorithm": "aws:kms"},
        "aws:kms",
    ),
    Case(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        ownership,
        {"mode": "BucketOwnerEnforced"},
        lambda client, made: client("s3").get_bucket_ownership_controls(Bucket="needed")["OwnershipControls"]["Rules"][
            0
        ]["ObjectOwnership"],
        "BucketOwnerEnforced",
        {"mode": "ObjectWriter"},
        "ObjectWriter",
    ),
    Case(
        "aws:s3/bucketPolicy:BucketPolicy",
        bucket_policy,
        {"action": "s3:GetObject"},
        lambda client, made: json.loads(client("s3").get_bucket_policy(Bucket="needed")["Policy"])["Statement"][0][
            "Action"
        ],
        "s3:GetObject",
        {"action": "s3:PutObject"},
        "s3:PutObject",
    ),
    Case(
        "aws:s3/bucketVersioning:BucketVersioning",
        versioning,
        {"status": "Enabled"},
        lambda client, made: client("s3").get_bucket_versioning(Bucket="needed")["Status"],
        "Enabled",
        {"status": "Suspended"},
        "Suspended",
    ),
    Case(
        "aws:s3/bucketObjectv2:BucketObjectv2", stored, {"text": "one"}, object_text, "one", {"text": "two"}, "two",
        {"key": "other.txt"},
    ),
    Case(
        "aws:s3/bucketObject:BucketObject", stored_before, {"text": "one"}, object_text, "one", {"text": "two"}, "two",
        {"key": "other.txt"},
    ),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.token.rpartition(":")[2])
def test_a_type_through_its_life(aws: AWSBackend, case: Case) -> None:
    stack = Stack(aws)
    inputs = case.first
    assert stack.up(lambda: case.make(**inputs))["create"] >= 1
    found = made(stack, case)
    assert case.probe(aws.account.client, found) == case.found
    assert set(stack.up(lambda: case.make(**inputs))) == {"same"}
    if case.changes:
        inputs = {**inputs, **case.changes}
        assert stack.up(lambda: case.make(**inputs))["update"] == 1
        assert case.probe(aws.account.client, made(stack, case)) == case.then
    if case.replaces:
        inputs = {**inputs, **case.replaces}
        told = stack.up(lambda: case.make(**inputs))
        assert (told["replace"], told["delete"]) == (1, 1)
        assert case.probe(aws.account.client, made(stack, case)) == (case.then if case.changes else "s3.amazonaws.com")
    if inputs.get("deletion_protection_enabled"):
        stack.up(lambda: case.make(**case.first))
    stack.destroy()
    assert left(aws) == []


def made(stack: Stack, case: Case) -> Any:
    (found,) = [each for each in stack.resources if each.token == case.token and each.name != "needed"] or [
        each for each in stack.resources if each.token == case.token
    ]
    return found


def left(backend: AWSBackend) -> list[str]:
    """What the account still holds."""
    client = backend.account.client
    return [
        *client("sqs").list_queues().get("QueueUrls", []),
        *[each["RoleName"] for each in client("iam").list_roles()["Roles"]],
        *[each["logGroupName"] for each in client("logs").describe_log_groups()["logGroups"]],
        *client("dynamodb").list_tables()["TableNames"],
        *[each["FunctionName"] for each in client("lambda").list_functions()["Functions"]],
        *[each["name"] for each in client("stepfunctions").list_state_machines()["stateMachines"]],
        *[each["Name"] for each in client("s3").list_buckets()["Buckets"]],
    ]


def test_every_known_type_has_a_case() -> None:
    assert {case.token for case in CASES} | SOURCES == {kind.token for kind in KINDS}


def test_the_code_of_a_function_is_what_the_archive_holds_and_the_same_twice(aws: AWSBackend) -> None:
    stack = Stack(aws)
    stack.up(lambda: function("it", "x = 1", publish=True))
    text = aws.account.client("lambda").get_function(FunctionName="it:1")["Configuration"]["CodeSha256"]
    assert stack.up(lambda: function("it", "x = 1", publish=True)) == {"same": 2}
    assert stack.up(lambda: function("it", "x = 2", publish=True)) == {"same": 1, "update": 1}
    client = aws.account.client("lambda")
    versions = [each["Version"] for each in client.list_versions_by_function(FunctionName="it")["Versions"]]
    assert versions == ["$LATEST", "1", "2"]
    assert client.get_function(FunctionName="it:1")["Configuration"]["CodeSha256"] == text
    assert client.get_function(FunctionName="it:2")["Configuration"]["CodeSha256"] != text


def test_a_bucket_that_holds_something_is_only_deleted_where_it_may(aws: AWSBackend) -> None:
    stack = Stack(aws)
    stack.up(lambda: some_bucket(bucket="kept"))
    client = aws.account.client("s3")
    client.put_object(Bucket="kept", Key="a", Body=b"a")
    with pytest.raises(Exception, match="BucketNotEmpty"):
        stack.destroy()
    stack.up(lambda: some_bucket(bucket="kept", force_destroy=True))
    stack.destroy()
    assert client.list_buckets()["Buckets"] == []


@pytest.mark.parametrize(
    "make",
    [
        lambda: some_bucket(bucket="half", tags={"aws:own": "by nobody"}),
        lambda: group(name="half", retention_in_days="many"),
        lambda: table("id", billing_mode="PAY_PER_REQUEST", ttl={"enabled": "perhaps", "attribute_name": "until"}),
    ],
    ids=["bucket", "log group", "table"],
)
def test_what_cannot_be_made_wholly_is_not_made_at_all(aws: AWSBackend, make: Callable[[], Any]) -> None:
    stack = Stack(aws)
    with pytest.raises(DeployFailed):
        stack.up(make)
    assert left(aws) == []


def test_who_deploys_and_where_is_known(aws: AWSBackend) -> None:
    def program() -> None:
        pulumi.export("account", aws_sdk.get_caller_identity_output().account_id)
        pulumi.export("region", aws_sdk.get_region_output().region)

    stack = Stack(aws)
    stack.up(program)
    assert stack.outputs == {"account": "123456789012", "region": "us-east-1"}
