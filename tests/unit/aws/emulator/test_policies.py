"""What IAM policies allow, and who may act as a role."""

import pytest
from portable_faas_aws.emulator.policies import UnknownElement, admits, allows, trusts

OBJECT = "arn:aws:s3:::values/values/1f/a"
READ = {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::values/values/*"}
DENY = {"Effect": "Deny", "Action": "s3:*", "Resource": ["*"]}


@pytest.mark.parametrize(
    ("statements", "action", "resource", "allowed"),
    [
        ([READ], "s3:GetObject", OBJECT, True),
        ([READ], "S3:getobject", OBJECT, True),
        ([READ], "s3:PutObject", OBJECT, False),
        ([READ], "s3:GetObject", "arn:aws:s3:::values/code/a", False),
        ([READ], "s3:GetObject", "arn:aws:s3:::VALUES/values/a", False),
        ([{**READ, "Action": "s3:Get*"}], "s3:GetObject", OBJECT, True),
        ([{**READ, "Resource": "arn:aws:s3:::values/values/1?/a"}], "s3:GetObject", OBJECT, True),
        ([{**READ, "Resource": "arn:aws:s3:::v.lues/*"}], "s3:GetObject", OBJECT, False),
        ([], "s3:GetObject", OBJECT, False),
        ([READ, DENY], "s3:GetObject", OBJECT, False),
    ],
)
def test_a_statement_allows_what_it_names(
    statements: list[dict[str, object]], action: str, resource: str, allowed: bool
) -> None:
    assert allows(statements, action, resource) is allowed


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"StringEquals": {"aws:SourceAccount": "1"}}, True),
        ({"StringEquals": {"aws:SourceAccount": ["2", "1"]}}, True),
        ({"StringEquals": {"aws:SourceAccount": "2"}}, False),
        ({"StringNotEquals": {"aws:SourceAccount": "2"}}, True),
        ({"StringLike": {"aws:SourceAccount": "?"}}, True),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"Bool": {"aws:SecureTransport": False}}, False),
        ({"StringEquals": {"aws:SourceVpc": "vpc-1"}}, False),
        ({"StringEquals": {"aws:SourceAccount": "1"}, "Bool": {"aws:SecureTransport": "false"}}, False),
    ],
)
def test_a_condition_has_to_hold(condition: dict[str, object], allowed: bool) -> None:
    context = {"aws:SourceAccount": "1", "aws:SecureTransport": "true"}
    assert allows([{**READ, "Condition": condition}], "s3:GetObject", OBJECT, context) is allowed


@pytest.mark.parametrize(
    ("statement", "unknown"),
    [
        ({**READ, "NotAction": "s3:PutObject"}, "NotAction"),
        ({**READ, "NotResource": "*"}, "NotResource"),
        ({**READ, "Condition": {"NumericLessThan": {"s3:max-keys": "10"}}}, "NumericLessThan"),
    ],
)
def test_what_is_not_known_is_refused(statement: dict[str, object], unknown: str) -> None:
    with pytest.raises(UnknownElement, match=f"the emulated IAM does not know .*{unknown}"):
        allows([statement], "s3:GetObject", OBJECT)


def test_a_role_is_acted_as_by_the_service_it_trusts() -> None:
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    assert trusts([trust], "lambda.amazonaws.com", {})
    assert not trusts([trust], "states.amazonaws.com", {})
    assert not trusts([{**trust, "Effect": "Deny"}], "lambda.amazonaws.com", {})
    own = {**trust, "Condition": {"StringEquals": {"aws:SourceAccount": "1"}}}
    assert trusts([own], "lambda.amazonaws.com", {"aws:SourceAccount": "1"})
    assert not trusts([own], "lambda.amazonaws.com", {"aws:SourceAccount": "2"})


SEND = {
    "Effect": "Allow",
    "Principal": {"Service": "events.amazonaws.com"},
    "Action": "sqs:SendMessage",
    "Resource": "q",
}
OF_RULE = {**SEND, "Condition": {"ArnEquals": {"AWS:sourceArn": "arn:rule"}}}
ONLY_TLS = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "sqs:*",
    "Resource": "q",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


@pytest.mark.parametrize(
    ("statements", "source", "secure", "admitted"),
    [
        ([OF_RULE, ONLY_TLS], "arn:rule", "true", True),
        ([OF_RULE, ONLY_TLS], "arn:rule", "false", False),
        ([OF_RULE], "arn:other", "true", False),
        ([ONLY_TLS], "arn:rule", "true", False),
        ([{**SEND, "Principal": {"Service": ["s3.amazonaws.com"]}}], "arn:rule", "true", False),
        ([{**SEND, "Principal": {"AWS": "*"}}], "arn:rule", "true", False),
        ([{**SEND, "Resource": "other"}], "arn:rule", "true", False),
    ],
)
def test_a_resource_admits_the_service_that_its_policy_names(
    statements: list[dict[str, object]], source: str, secure: str, admitted: bool
) -> None:
    context = {"aws:SourceArn": source, "aws:SecureTransport": secure}
    assert admits(statements, "events.amazonaws.com", "sqs:SendMessage", "q", context) is admitted
