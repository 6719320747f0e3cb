"""The quotas: what is one byte or one event too large is refused as documented."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from portable_faas_aws.emulator import Emulator

from tests.unit.aws.emulator.conftest import ROLE, Run, task

LIMIT = 262_144
TOO_LARGE = "States.DataLimitExceeded"
PIECES = "{% $pad('', $states.input.n, 'é') %}"  # n characters of two bytes


def sized(size: int) -> dict[str, int]:
    return {"n": size // 2 - 1}  # with its two quotes, the text has `size` bytes


def passing(**fields: Any) -> dict[str, Any]:
    return {"Type": "Pass", **fields, "End": True}


@pytest.mark.parametrize(("size", "error"), [(LIMIT, None), (LIMIT + 2, TOO_LARGE)])
def test_an_output(run: Run, size: int, error: str | None) -> None:
    assert run({"A": passing(Output=PIECES)}, sized(size)).get("error") == error


@pytest.mark.parametrize(("size", "error"), [(LIMIT - 8, None), (LIMIT + 2, TOO_LARGE)])
def test_a_variable(run: Run, size: int, error: str | None) -> None:
    assert run({"A": passing(Assign={"v": PIECES})}, sized(size)).get("error") == error


def test_the_variables_of_one_assign_together(run: Run) -> None:
    done = run({"A": passing(Assign={"v": PIECES, "w": PIECES})}, sized(LIMIT // 2 + 100))
    assert done["error"] == TOO_LARGE


@pytest.mark.parametrize(("size", "error"), [(LIMIT - 100, None), (LIMIT, TOO_LARGE)])
def test_arguments(run: Run, size: int, error: str | None) -> None:
    assert run({"A": task("environment", {"names": [], "x": PIECES})}, sized(size)).get("error") == error


@pytest.mark.parametrize(
    ("size", "error"), [(LIMIT - 100, None), (LIMIT, TOO_LARGE), (7_000_000, "Function.ResponseSizeTooLarge")]
)
def test_the_result_of_a_task(run: Run, size: int, error: str | None) -> None:
    assert run({"A": task("big", {"size": size})}).get("error") == error


def test_the_results_of_a_map_together(run: Run) -> None:
    body = {"StartAt": "I", "States": {"I": passing(Output="{% $pad('', 60000, 'x') %}")}}
    states = {"Map": {"Type": "Map", "Items": "{% [1..5] %}", "ItemProcessor": body, "End": True}}
    assert run(states)["error"] == TOO_LARGE


def test_the_input_of_an_execution(aws: Emulator) -> None:
    step_functions = aws.client("stepfunctions")
    definition = '{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}'
    made = step_functions.create_state_machine(name="input", definition=definition, roleArn=ROLE)
    arn = made["stateMachineArn"]
    step_functions.start_execution(stateMachineArn=arn, input='"' + "x" * (LIMIT - 2) + '"')
    with pytest.raises(ClientError, match="ValidationException"):
        step_functions.start_execution(stateMachineArn=arn, input='"' + "x" * (LIMIT - 1) + '"')
    with pytest.raises(step_functions.exceptions.InvalidExecutionInput):
        step_functions.start_execution(stateMachineArn=arn, input="{")


@pytest.mark.parametrize(("size", "error"), [(32_000, "OutOfStock"), (33_000, TOO_LARGE)])
def test_the_cause_of_a_function(run: Run, size: int, error: str) -> None:
    assert run({"A": task("big", {"size": size, "error": True})})["error"] == error


@pytest.mark.parametrize(
    ("name", "cause", "error"),
    [("E" * 256, "c" * 32_768, "E" * 256), ("E" * 257, "c", TOO_LARGE), ("E", "c" * 32_769, TOO_LARGE)],
)
def test_error_and_cause_of_a_fail_state(run: Run, name: str, cause: str, error: str) -> None:
    assert run({"A": {"Type": "Fail", "Error": name, "Cause": cause}})["error"] == error


def test_states_all_does_not_take_what_is_too_large(run: Run) -> None:
    for name, expected in (("States.ALL", None), (TOO_LARGE, "caught")):
        catch = [{"ErrorEquals": [name], "Next": "Caught"}]
        states = {"A": task("big", {"size": LIMIT}, Catch=catch), "Caught": passing(Output="caught")}
        assert run(states).get("output") == expected


@pytest.mark.slow
@pytest.mark.parametrize("inside", [False, True])
def test_the_history_ends_at_25000_events_and_nothing_catches_that(run: Run, aws: Emulator, inside: bool) -> None:
    loop = {"StartAt": "Loop", "States": {"Loop": {"Type": "Pass", "Next": "Loop"}}}
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Caught"}]
    around = {"Type": "Map", "Items": [1], "ItemProcessor": loop, "Catch": catch, "End": True}
    states = {"Around": around, "Caught": {"Type": "Succeed"}} if inside else loop["States"]
    assert isinstance(states, dict)
    done = run(states)
    assert (done["status"], done["error"]) == ("FAILED", "States.Runtime")
    assert "maximum number of history events (25000)" in done["cause"]
    last = aws.client("stepfunctions").get_execution_history(
        executionArn=done["executionArn"], reverseOrder=True, maxResults=1
    )
    assert [(event["id"], event["type"]) for event in last["events"]] == [(25_000, "ExecutionFailed")]
