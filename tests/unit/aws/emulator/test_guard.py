"""An account that roles count in: each client may do what its role's policies allow, and is told as AWS tells it."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from portable_faas_aws.emulator import Emulator
from portable_faas_aws.emulator.roles import LAMBDA, NotTrusted
from portable_faas_aws.emulator.wishes import Request, wishes

TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table"


@pytest.fixture(scope="module")
def account() -> Iterator[Emulator]:
    with Emulator((), (), empty=True) as opened:
        client = opened.client("dynamodb")
        for name in ("mine", "yours"):
            client.create_table(
                TableName=name,
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
        opened.client("s3").create_bucket(Bucket="values")
        yield opened


def acting(account: Emulator, service: str, *statements: dict[str, Any], name: str | None = None) -> Any:
    """A client with a new role that has these statements."""
    iam = account.client("iam")
    name = name or f"role-{len(iam.list_roles()['Roles'])}"
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(TRUST))["Role"]["Arn"]
    if statements:
        iam.put_role_policy(RoleName=name, PolicyName="it", PolicyDocument=document(*statements))
    assert account.roles is not None
    keys = account.roles.keys(role, LAMBDA)
    signed = "s3v4" if service == "s3" else None  # by itself the SDK signs URLs of this region the old way
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, signature_version=signed)
    place = {"region_name": "us-east-1", "endpoint_url": account.endpoint}
    return boto3.client(service, config=config, **place, **keys)


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: str, resource: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource}


def denied(call: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as refused:
        call(**request)
    assert refused.value.response["Error"]["Code"] in ("AccessDeniedException", "AccessDenied")
    return str(refused.value.response["Error"]["Message"])


def test_a_table_that_is_named_and_no_other(account: Emulator) -> None:
    client = acting(account, "dynamodb", allow("dynamodb:PutItem", f"{TABLE}/mine"))
    item = {"id": {"S": "a"}}
    client.put_item(TableName="mine", Item=item)
    told = denied(client.put_item, TableName="yours", Item=item)
    assert "is not authorized to perform: dynamodb:PutItem on resource: " + f"{TABLE}/yours" in told
    assert "dynamodb:GetItem" in denied(client.get_item, TableName="mine", Key=item)
    batch = {"mine": [{"PutRequest": {"Item": item}}], "yours": [{"PutRequest": {"Item": item}}]}
    denied(client.batch_write_item, RequestItems=batch)


def test_objects_below_a_prefix(account: Emulator) -> None:
    client = acting(account, "s3", allow("s3:PutObject", "arn:aws:s3:::values/mine/*"))
    client.put_object(Bucket="values", Key="mine/ä b", Body=b"text")
    assert "s3:PutObject" in denied(client.put_object, Bucket="values", Key="yours/a", Body=b"text")
    assert "s3:GetObject" in denied(client.get_object, Bucket="values", Key="mine/ä b")
    denied(client.list_objects_v2, Bucket="values")
    denied(client.delete_objects, Bucket="values", Delete={"Objects": [{"Key": "mine/a"}]})
    denied(client.put_bucket_tagging, Bucket="values", Tagging={"TagSet": []})


def test_only_who_may_list_is_told_that_an_object_is_missing(account: Emulator) -> None:
    read, look = allow("s3:GetObject", "arn:aws:s3:::values/*"), allow("s3:ListBucket", "arn:aws:s3:::values")
    assert "s3:ListBucket" in denied(acting(account, "s3", read).get_object, Bucket="values", Key="none")
    client = acting(account, "s3", read, look)
    with pytest.raises(client.exceptions.NoSuchKey):
        client.get_object(Bucket="values", Key="none")


def test_a_signed_url_may_what_its_signer_may(account: Emulator) -> None:
    account.client("s3").put_object(Bucket="values", Key="signed/a", Body=b"text")
    allowed = acting(account, "s3", allow("s3:GetObject", "arn:aws:s3:::values/signed/*"))
    assert fetch(allowed.generate_presigned_url("get_object", Params={"Bucket": "values", "Key": "signed/a"})) == 200
    refused = acting(account, "s3")
    assert fetch(refused.generate_presigned_url("get_object", Params={"Bucket": "values", "Key": "signed/a"})) == 403


def fetch(url: str) -> int:
    """The status of the answer."""
    try:
        with urlopen(url) as reply:
            return int(reply.status)
    except HTTPError as error:
        error.close()
        return error.code


def test_a_role_without_policies_may_do_nothing(account: Emulator) -> None:
    denied(acting(account, "dynamodb").list_tables)
    denied(acting(account, "sqs").list_queues)
    denied(acting(account, "lambda").list_functions)
    denied(acting(account, "iam").list_roles)


def test_a_changed_policy_counts_at_once(account: Emulator) -> None:
    client = acting(account, "dynamodb", allow("dynamodb:ListTables", "*"), name="changing")
    assert client.list_tables()["TableNames"] == ["mine", "yours"]
    account.client("iam").delete_role_policy(RoleName="changing", PolicyName="it")
    denied(client.list_tables)


def test_a_role_is_only_for_the_service_it_trusts(account: Emulator) -> None:
    assert account.roles is not None
    role = account.client("iam").create_role(RoleName="own", AssumeRolePolicyDocument=document(TRUST))["Role"]["Arn"]
    account.roles.assume(role, LAMBDA)
    with pytest.raises(NotTrusted, match=r"states\.amazonaws\.com may not act as arn:aws:iam::123456789012:role/own"):
        account.roles.assume(role, "states.amazonaws.com")


JSON = "application/x-amz-json-1.0"
FORM = "application/x-www-form-urlencoded"
PLACE = "us-east-1:123456789012"


def to(target: str, body: str, kind: str = JSON) -> Request:
    """A request of a protocol with the operation in a header, or in the form."""
    headers = {"content-type": kind} | ({"x-amz-target": f"Service.{target}"} if target else {})
    return Request("POST", "/", "", headers, body.encode())


def at(method: str, path: str, query: str = "") -> Request:
    """A request of a protocol with the operation in method and path."""
    return Request(method, path, query, {}, b"")


@pytest.mark.parametrize(
    ("service", "asked", "wanted"),
    [
        (
            "lambda",
            at("POST", "/2015-03-31/functions/pay/invocations", "Qualifier=3"),
            [("lambda:InvokeFunction", f"arn:aws:lambda:{PLACE}:function:pay:3")],
        ),
        (
            "lambda",
            at("POST", "/2015-03-31/functions/arn%3Aaws%3Alambda%3Ax/invocations"),
            [("lambda:InvokeFunction", "arn:aws:lambda:x")],
        ),
        ("lambda", at("DELETE", "/2015-03-31/functions/pay"), [("lambda:*", "*")]),
        ("states", to("StartExecution", '{"stateMachineArn": "arn:m"}'), [("states:StartExecution", "arn:m")]),
        (
            "sqs",
            to("SendMessage", '{"QueueUrl": "http://h/1/orders"}'),
            [("sqs:SendMessage", f"arn:aws:sqs:{PLACE}:orders")],
        ),
        (
            "sqs",
            to("SendMessageBatch", '{"QueueUrl": "http://h/1/orders"}'),
            [("sqs:SendMessage", f"arn:aws:sqs:{PLACE}:orders")],
        ),
        ("secretsmanager", to("GetSecretValue", '{"SecretId": "arn:s"}'), [("secretsmanager:GetSecretValue", "arn:s")]),
        ("s3", at("HEAD", "/b"), [("s3:ListBucket", "arn:aws:s3:::b")]),
        ("s3", at("POST", "/b/k", "uploads"), [("s3:PutObject", "arn:aws:s3:::b/k")]),
        ("s3", at("PUT", "/b/k", "uploadId=u&partNumber=1"), [("s3:PutObject", "arn:aws:s3:::b/k")]),
        ("s3", at("DELETE", "/b/k", "uploadId=u"), [("s3:AbortMultipartUpload", "arn:aws:s3:::b/k")]),
        ("s3", at("GET", "/b/k", "uploadId=u"), [("s3:ListMultipartUploadParts", "arn:aws:s3:::b/k")]),
        (
            "s3",
            Request("PUT", "/b/k", "", {"x-amz-copy-source": "/a/%C3%BC"}, b""),
            [("s3:PutObject", "arn:aws:s3:::b/k"), ("s3:GetObject", "arn:aws:s3:::a/ü")],
        ),
        (
            "events",
            to("PutEvents", '{"Entries": [{"EventBusName": "b"}, {}]}'),
            [
                ("events:PutEvents", f"arn:aws:events:{PLACE}:event-bus/b"),
                ("events:PutEvents", f"arn:aws:events:{PLACE}:event-bus/default"),
            ],
        ),
        ("sns", to("", "Action=Publish&TopicArn=arn%3At", FORM), [("sns:Publish", "arn:t")]),
        (
            "logs",
            to("PutLogEvents", '{"logGroupName": "g", "logStreamName": "s"}'),
            [("logs:PutLogEvents", f"arn:aws:logs:{PLACE}:log-group:g:log-stream:s")],
        ),
        (
            "dynamodb",
            to("Query", '{"TableName": "t", "IndexName": "i"}'),
            [("dynamodb:Query", f"arn:aws:dynamodb:{PLACE}:table/t/index/i")],
        ),
    ],
)
def test_what_a_request_wants(service: str, asked: Request, wanted: list[tuple[str, str]]) -> None:
    assert wishes(asked, service) == wanted
