"""Each patch of the interpreter: a machine or call that is right with it and wrong as soon as it is left out."""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from moto.awslambda.models import LambdaFunction
from moto.dynamodb.models import DynamoDBBackend
from portable_faas_aws.emulator import Emulator
from portable_faas_aws.emulator.interpreter import PATCHES

from tests.unit.aws.emulator.conftest import ROLE, begin, functions, machine, task

Probe = Callable[[Emulator], Any]


def output(states: dict[str, Any], given: Any = None) -> Probe:
    """What a machine gives."""

    def probe(aws: Emulator) -> Any:
        arn = begin(aws, states, given)
        described = aws.result(arn, 5)
        return json.loads(described["output"]) if "output" in described else described["error"]

    return probe


def swapped() -> dict[str, Any]:
    """Assign and Output see the variables as they were on entry."""
    swap = {"a": "{% $b %}", "b": "{% $a %}"}
    return {
        "Set": {"Type": "Pass", "Assign": {"a": 1, "b": 2}, "Next": "Swap"},
        "Swap": {"Type": "Pass", "Assign": swap, "Output": ["{% $a %}", "{% $b %}"], "Next": "Show"},
        "Show": {"Type": "Pass", "Output": ["{% $states.input %}", "{% $a %}", "{% $b %}"], "End": True},
    }


def caught(state: dict[str, Any]) -> dict[str, Any]:
    """The name of the error of ``state``, caught by itself."""
    catch = [{"ErrorEquals": ["States.ALL"], "Output": "{% $states.errorOutput.Error %}", "Next": "Caught"}]
    return {"State": {**state, "Catch": catch}, "Caught": {"Type": "Pass", "End": True}}


def chosen(condition: str, **default: Any) -> dict[str, Any]:
    rules = [{"Condition": condition, "Next": "End"}]
    return {"Choose": {"Type": "Choice", "Choices": rules, **default}, "End": {"Type": "Succeed"}}


def numbered() -> dict[str, Any]:
    """A Task inside a Map knows its item."""
    body = {"StartAt": "T", "States": {"T": task("echo", {"i": "{% $states.context.Map.Item.Index %}"})}}
    return {"Map": {"Type": "Map", "Items": [7, 8], "ItemProcessor": body, "End": True}}


def two_parses(aws: Emulator) -> bool:
    """A definition is read once; reading takes long."""
    text = json.dumps(machine({"One": {"Type": "Pass", "End": True}, "Two": {"Type": "Pass", "End": True}}))
    step_functions = aws.client("stepfunctions")
    try:
        step_functions.create_state_machine(name="old", definition='{"StartAt": "A", "States": {}}', roleArn=ROLE)
    except step_functions.exceptions.InvalidDefinition:
        made = step_functions.create_state_machine(name="new", definition=text, roleArn=ROLE)
        return bool(made["stateMachineArn"])
    return False


def token_twice(aws: Emulator) -> list[str]:
    """The second outcome of a token is refused."""
    key = {"id": {"S": "token"}}
    arguments = {
        "TableName": aws.table,
        "Key": key,
        "UpdateExpression": "SET tok = :t",
        "ExpressionAttributeValues": {":t": {"S": "{% $states.context.Task.Token %}"}},
    }
    resource = "arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken"
    waiting = {"Type": "Task", "Resource": resource, "Arguments": arguments, "Next": "Rest"}
    begin(aws, {"Wait": waiting, "Rest": {"Type": "Wait", "Seconds": 1000, "End": True}})
    token = None
    deadline = time.monotonic() + 5
    while token is None and time.monotonic() < deadline:
        item = aws.client("dynamodb").get_item(TableName=aws.table, Key=key, ConsistentRead=True).get("Item", {})
        token = item.get("tok", {}).get("S")
    step_functions = aws.client("stepfunctions")
    said = []
    for _ in range(2):
        try:
            step_functions.send_task_success(taskToken=token, output="null")
            said.append("ok")
        except step_functions.exceptions.ClientError as error:
            said.append(error.response["Error"]["Code"])
    return said


def null_output(aws: Emulator) -> Any:
    arn = begin(aws, {"A": {"Type": "Pass", "Output": None, "End": True}})
    return aws.result(arn, 5)["output"]


def child() -> dict[str, Any]:
    """Names of parameters in upper camel case reach an API that has lower."""
    resource = "arn:aws:states:::aws-sdk:sfn:listStateMachines"
    arguments = {"MaxResults": 1}
    return {"List": {"Type": "Task", "Resource": resource, "Arguments": arguments, "Output": "fine", "End": True}}


def at_once(aws: Emulator) -> int:
    """How many operations on items run at one time."""
    client = aws.client("dynamodb")
    OVERLAP.most = 0
    threads = [
        threading.Thread(target=client.get_item, kwargs={"TableName": aws.table, "Key": {"id": {"S": "x"}}})
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return OVERLAP.most


class Overlap:
    """Counts the calls that are inside at one time."""

    def __init__(self) -> None:
        self.inside = self.most = 0

    def get_item(self, *args: Any, **kwargs: Any) -> Any:
        self.inside += 1
        self.most = max(self.most, self.inside)
        time.sleep(0.1)
        self.inside -= 1


OVERLAP = Overlap()


def invoked(aws: Emulator) -> Any:
    answer = aws.client("lambda").invoke(FunctionName="echo", Payload=b'{"a": 1}')
    return json.loads(answer["Payload"].read())


def redriven(aws: Emulator) -> list[str]:
    """How an execution ends whose Task fails, and how when it is redriven."""
    arn = begin(aws, {"Fails": task("echo", {}, Output=UNDEFINED, End=True)})
    ends = [aws.result(arn, 5)["status"]]
    aws.client("stepfunctions").redrive_execution(executionArn=arn)
    return [*ends, aws.result(arn, 5)["status"]]


QUOTED = 'a "quoted" \\ text\n'
LARGE = "{% $join($map([1..300], function($i) { $pad('x', 1000) })) %}"
UNDEFINED = "{% $nothing.at.all %}"
TIMED = {"Type": "Wait", "Seconds": 3600, "Next": "Then"}

CASES: dict[str, tuple[Probe, Any]] = {
    "threads": (output({"Wait": TIMED, "Then": {"Type": "Pass", "Output": 1, "End": True}}), 1),
    "expressions": (output({"A": {"Type": "Pass", "Output": "{% $states.input %}", "End": True}}, QUOTED), QUOTED),
    "steps": (output(swapped()), [[1, 2], 2, 1]),
    "limits": (output(caught(task("environment", {"names": [], "x": LARGE}))), "States.DataLimitExceeded"),
    "attempts": (output(caught(task("echo", {}, Output=UNDEFINED))), "States.QueryEvaluationError"),
    "waits": (
        output({"Wait": TIMED, "Then": {"Type": "Wait", "Timestamp": "2001-01-01T00:00:00+02:00", "End": True}}),
        {},
    ),
    "choice": (output(chosen("{% 'yes' %}")), "States.QueryEvaluationError"),
    "branches": (output(numbered()), [{"i": 0}, {"i": 1}]),
    "programs": (two_parses, True),
    "tasks": (output(caught(task("sleep", {"seconds": 1.5}, TimeoutSeconds=1))), "States.Timeout"),
    "callbacks": (token_twice, ["ok", "TaskTimedOut"]),
    "executions": (null_output, "null"),
    "clients": (output(child()), "fine"),
    "dynamodb": (at_once, 1),
    "invoke": (invoked, {"a": 1}),
    "redriving": (redriven, ["FAILED", "FAILED"]),
}


def test_every_patch_has_a_case() -> None:
    assert set(CASES) == set(PATCHES)


@pytest.mark.parametrize("name", CASES)
def test_right_with_the_patch_and_wrong_without_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    probe, expected = CASES[name]
    if name == "dynamodb":
        monkeypatch.setattr(DynamoDBBackend, "get_item", OVERLAP.get_item)
    monkeypatch.setattr(LambdaFunction, "_invoke_lambda", lambda self, event: ('"a container"', False, ""))
    assert probed(probe) == expected
    assert probed(probe, leave_out=(name,)) != expected


def probed(probe: Probe, leave_out: tuple[str, ...] = ()) -> Any:
    """The answer, or what went wrong instead."""
    try:
        with Emulator(functions(), [], _leave_out=leave_out) as aws:
            return probe(aws)
    except Exception as error:
        return type(error).__name__
