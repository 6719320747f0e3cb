"""Task tokens and child executions."""

import json
import time
from typing import Any

import pytest
from portable_faas_aws.emulator import Emulator

from tests.unit.aws.emulator.conftest import INVOKE, ROLE, Run, Start, begin, history, machine

KEY = {"id": {"S": "waiting"}}


def waiting(aws: Emulator, **fields: Any) -> dict[str, Any]:
    """A Task that puts its token to the table and waits for its outcome."""
    arguments = {
        "TableName": aws.table,
        "Key": KEY,
        "UpdateExpression": "SET tok = :t",
        "ExpressionAttributeValues": {":t": {"S": "{% $states.context.Task.Token %}"}},
    }
    resource = "arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken"
    rest = {} if "Next" in fields else {"End": True}
    return {"Type": "Task", "Resource": resource, "Arguments": arguments, **rest, **fields}


def token(aws: Emulator, other_than: str | None = None) -> str:
    """The token in the table, once there is one."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        item = aws.client("dynamodb").get_item(TableName=aws.table, Key=KEY, ConsistentRead=True).get("Item", {})
        found = item.get("tok", {}).get("S")
        if found not in (None, other_than):
            return str(found)
    raise TimeoutError("nobody waits")


@pytest.fixture(autouse=True)
def fresh(aws: Emulator) -> None:
    aws.client("dynamodb").delete_item(TableName=aws.table, Key=KEY)


@pytest.mark.parametrize("outcome", ["null", '{"a": [1]}', '"text"'])
def test_success(start: Start, aws: Emulator, outcome: str) -> None:
    arn = start({"Wait": waiting(aws, Output=["{% $exists($states.result) %}", "{% $states.result %}"])})
    aws.client("stepfunctions").send_task_success(taskToken=token(aws), output=outcome)
    assert json.loads(aws.result(arn, 5)["output"]) == [True, json.loads(outcome)]


def test_failure_keeps_its_cause(start: Start, aws: Emulator) -> None:
    arn = start({"Wait": waiting(aws)})
    aws.client("stepfunctions").send_task_failure(taskToken=token(aws), error="Mine", cause="because")
    described = aws.result(arn, 5)
    assert (described["error"], described["cause"]) == ("Mine", "because")


def test_the_time_out_is_due_on_the_clock_and_a_late_outcome_is_refused(start: Start, aws: Emulator) -> None:
    step_functions = aws.client("stepfunctions")
    catch = [{"ErrorEquals": ["States.Timeout"], "Next": "Rest"}]
    rest = {"Type": "Wait", "Seconds": 5, "End": True}
    arn = start({"Wait": waiting(aws, TimeoutSeconds=3600, Catch=catch), "Rest": rest})
    first = token(aws)
    before = aws.clock.now()
    aws.advance(3600, 5)
    for _ in range(2):  # while the execution goes on, and after its end
        with pytest.raises(step_functions.exceptions.TaskTimedOut):
            step_functions.send_task_success(taskToken=first, output="1")
        aws.result(arn, 5)
    assert aws.clock.now() - before == 3_605_000


def test_without_a_time_out_the_clock_does_not_jump_to_one(start: Start, aws: Emulator) -> None:
    arn = start({"Wait": waiting(aws)})
    token(aws)
    before = aws.clock.now()
    with pytest.raises(TimeoutError):
        aws.result(arn, 0.3)
    assert aws.clock.now() == before
    aws.client("stepfunctions").stop_execution(executionArn=arn)


def test_each_attempt_has_its_own_token(start: Start, aws: Emulator) -> None:
    retry = [{"ErrorEquals": ["States.Timeout"], "IntervalSeconds": 10, "MaxAttempts": 1}]
    arn = start({"Wait": waiting(aws, TimeoutSeconds=60, Retry=retry)})
    first = token(aws)
    aws.advance(70, 5)
    second = token(aws, other_than=first)
    aws.client("stepfunctions").send_task_success(taskToken=second, output='"second"')
    assert json.loads(aws.result(arn, 5)["output"]) == "second"


def test_heartbeats_keep_a_task_waiting(start: Start, aws: Emulator) -> None:
    arn = start({"Wait": waiting(aws, HeartbeatSeconds=10, TimeoutSeconds=100)})
    found = token(aws)
    for _ in range(3):
        aws.advance(9, 5)
        aws.client("stepfunctions").send_task_heartbeat(taskToken=found)
    aws.advance(9, 5)
    assert aws.client("stepfunctions").describe_execution(executionArn=arn)["status"] == "RUNNING"
    described = aws.result(arn, 5)
    assert described["error"] == "States.Timeout"
    assert (described["stopDate"] - described["startDate"]).total_seconds() == 37


def test_an_unknown_token(aws: Emulator) -> None:
    step_functions = aws.client("stepfunctions")
    with pytest.raises(step_functions.exceptions.InvalidToken):
        step_functions.send_task_success(taskToken="none", output="1")


def test_a_token_in_a_branch_that_was_given_up(start: Start, aws: Emulator) -> None:
    step_functions = aws.client("stepfunctions")
    failing = {
        "StartAt": "F",
        "States": {"F": {"Type": "Wait", "Seconds": 5, "Next": "G"}, "G": {"Type": "Fail", "Error": "E"}},
    }
    branches = [{"StartAt": "W", "States": {"W": waiting(aws)}}, failing]
    catch = [{"ErrorEquals": ["E"], "Next": "Rest"}]
    rest = {"Type": "Wait", "Seconds": 5, "End": True}
    arn = start({"P": {"Type": "Parallel", "Branches": branches, "Catch": catch, "End": True}, "Rest": rest})
    found = token(aws)
    aws.advance(5, 5)
    with pytest.raises(step_functions.exceptions.TaskTimedOut):
        step_functions.send_task_success(taskToken=found, output="1")
    assert aws.result(arn, 5)["status"] == "SUCCEEDED"


def test_a_function_with_a_token(start: Start, aws: Emulator) -> None:
    arguments = {"FunctionName": "echo", "Payload": {"token": "{% $states.context.Task.Token %}"}}
    arn = start({"T": {"Type": "Task", "Resource": INVOKE + ".waitForTaskToken", "Arguments": arguments, "End": True}})
    deadline = time.monotonic() + 10
    while not (lines := [line for line in aws.logs("echo") if "token" in line]) and time.monotonic() < deadline:
        time.sleep(0.01)
    aws.client("stepfunctions").send_task_success(taskToken=lines[-1].split("'")[3], output="5")
    assert aws.result(arn, 5)["output"] == "5"


def parent(aws: Emulator, suffix: str, states: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A Task that runs ``states`` as an execution of its own."""
    definition = json.dumps(machine(states))
    name = f"child{abs(hash((suffix, definition)))}"
    made = aws.client("stepfunctions").create_state_machine(name=name, definition=definition, roleArn=ROLE)
    arguments = {"StateMachineArn": made["stateMachineArn"], "Input": {"a": 1}}
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::states:startExecution{suffix}",
        "Arguments": arguments,
        "End": True,
        **fields,
    }


LONG = {"W": {"Type": "Wait", "Seconds": 3600, "Next": "E"}, "E": {"Type": "Pass", "Output": "done", "End": True}}


def test_a_parent_waits_for_its_child_without_polling(run: Run, aws: Emulator) -> None:
    done = run({"Child": parent(aws, ".sync:2", LONG, Output="{% $states.result.Output %}")})
    assert (done["output"], done["seconds"]) == ("done", 3600)
    assert aws.usage(done["executionArn"])["transitions"] == 1


def test_the_failure_of_a_child(run: Run, aws: Emulator) -> None:
    failing = {"F": {"Type": "Fail", "Error": "Mine", "Cause": "c"}}
    done = run({"Child": parent(aws, ".sync:2", failing)})
    assert (done["error"], json.loads(done["cause"])["Error"]) == ("States.TaskFailed", "Mine")


def test_a_child_that_is_only_started(run: Run, aws: Emulator) -> None:
    arn = run({"Child": parent(aws, "", LONG, Output="{% $states.result.ExecutionArn %}")})["output"]
    assert aws.result(arn, 5)["status"] == "SUCCEEDED"


def children(aws: Emulator) -> list[str]:
    step_functions = aws.client("stepfunctions")
    machines = step_functions.list_state_machines()["stateMachines"]
    found = [
        step_functions.list_executions(stateMachineArn=each["stateMachineArn"])
        for each in machines
        if "child" in each["name"]
    ]
    return [execution["status"] for each in found for execution in each["executions"]]


def test_a_parent_that_is_stopped_or_times_out_stops_its_child(start: Start, aws: Emulator) -> None:
    before = children(aws).count("ABORTED")
    arn = start({"Child": parent(aws, ".sync:2", LONG)})
    aws.advance(1, 5)
    aws.client("stepfunctions").stop_execution(executionArn=arn)
    aws.result(start({"Child": parent(aws, ".sync", LONG, TimeoutSeconds=60)}), 5)
    aws.advance(0, 5)
    assert children(aws).count("ABORTED") - before == 2
    assert "RUNNING" not in children(aws)


def test_a_machine_may_stop_another(start: Start, aws: Emulator) -> None:
    other = begin(aws, LONG)
    resource = "arn:aws:states:::aws-sdk:sfn:stopExecution"
    stop = {"Type": "Task", "Resource": resource, "Arguments": {"ExecutionArn": other}, "Output": 1, "End": True}
    assert aws.result(start({"Stop": stop}), 5)["output"] == "1"
    assert history(aws, other)[-1]["type"] == "ExecutionAborted"
