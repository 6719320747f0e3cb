"""What an account that roles count in refuses to create, as AWS does, and what it adds to moto."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from portable_faas_aws.emulator import Emulator
from portable_faas_aws.emulator.patching import Patching

SOURCE = "arn:aws:sqs:us-east-1:123456789012:work"
READ = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"]


@pytest.fixture(scope="module")
def account() -> Iterator[Emulator]:
    with Emulator((), (), empty=True) as opened:
        opened.client("sqs").create_queue(QueueName="work", Attributes={"VisibilityTimeout": "60"})
        yield opened


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def role(account: Emulator, name: str, *actions: str, service: str = "lambda.amazonaws.com") -> str:
    """A role that may do ``actions`` with the queue."""
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    iam = account.client("iam")
    arn: str = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
    if actions:
        allowed = {"Effect": "Allow", "Action": list(actions), "Resource": SOURCE}
        iam.put_role_policy(RoleName=name, PolicyName="it", PolicyDocument=document(allowed))
    return arn


def function(account: Emulator, name: str, role: str, **more: Any) -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("app.py", "")
    request = {"Runtime": "python3.12", "Handler": "app.go", "Role": role, "Code": {"ZipFile": buffer.getvalue()}}
    made: str = account.client("lambda").create_function(FunctionName=name, **request, **more)["FunctionArn"]
    return made


def refused(call: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as error:
        call(**request)
    found = error.value.response["Error"]
    return f"{found['Code']}: {found['Message']}"


def test_a_mapping_needs_a_role_that_reads_the_queue(account: Emulator) -> None:
    create = account.client("lambda").create_event_source_mapping
    function(account, "blind", role(account, "blind", *READ[:2]), Timeout=60)
    told = refused(create, EventSourceArn=SOURCE, FunctionName="blind")
    assert told.startswith("InvalidParameterValueException: ")
    assert told.endswith("permissions to call GetQueueAttributes on SQS")


def test_a_queue_hides_a_message_as_long_as_its_function_may_work(account: Emulator) -> None:
    create = account.client("lambda").create_event_source_mapping
    reader = role(account, "reader", *READ)
    function(account, "slow", reader, Timeout=61)
    function(account, "quick", reader, Timeout=60)
    told = refused(create, EventSourceArn=SOURCE, FunctionName="slow")
    assert told.endswith("Queue visibility timeout: 60 seconds is less than Function timeout: 61 seconds")
    assert create(EventSourceArn=SOURCE, FunctionName="quick")["State"] == "Enabled"


def test_a_function_needs_a_role_that_writes_its_failed_events(account: Emulator) -> None:
    lost = {"DeadLetterConfig": {"TargetArn": SOURCE}}
    with pytest.raises(ClientError, match="permissions to call SendMessage on SQS"):
        function(account, "mute", role(account, "mute"), **lost)
    function(account, "telling", role(account, "telling", "sqs:SendMessage"), **lost)


def test_a_schedule_needs_a_role_that_trusts_the_scheduler(account: Emulator) -> None:
    create = account.client("scheduler").create_schedule
    request = {"Name": "it", "ScheduleExpression": "rate(1 minute)", "FlexibleTimeWindow": {"Mode": "OFF"}}
    told = refused(create, **request, Target={"Arn": SOURCE, "RoleArn": role(account, "others")})
    assert told.endswith("must allow AWS EventBridge Scheduler to assume the role.")
    trusting = role(account, "trusting", service="scheduler.amazonaws.com")
    create(**request, Target={"Arn": SOURCE, "RoleArn": trusting}, State="DISABLED")


def test_a_permission_has_an_id_of_its_own(account: Emulator) -> None:
    add = account.client("lambda").add_permission
    function(account, "open", role(account, "open"))
    request = {"FunctionName": "open", "Action": "lambda:InvokeFunction", "Principal": "apigateway.amazonaws.com"}
    assert refused(add, **request, StatementId="GET /todos").startswith("ValidationException: ")
    add(**request, StatementId="it")
    assert refused(add, **request, StatementId="it").startswith("ResourceConflictException: ")


def test_a_stage_changes_only_what_is_known(account: Emulator) -> None:
    client = account.client("apigatewayv2")
    api = client.create_api(Name="it", ProtocolType="HTTP")["ApiId"]
    client.create_stage(ApiId=api, StageName="live", AutoDeploy=False)
    assert client.update_stage(ApiId=api, StageName="live", AutoDeploy=True)["AutoDeploy"] is True
    assert client.get_stage(ApiId=api, StageName="live")["AutoDeploy"] is True


def test_what_was_added_to_a_mapping_is_taken_away_again() -> None:
    patching, mapping = Patching(), {"there": 1}
    patching.item(mapping, "there", 2)
    patching.item(mapping, "new", 3)
    assert mapping == {"there": 2, "new": 3}
    patching.undo()
    assert mapping == {"there": 1}
