"""What Step Functions means by a definition, where moto alone means something else."""

import json
from typing import Any

import pytest
from portable_faas_aws.emulator import Emulator

from tests.unit.aws.emulator.conftest import Run, history, task

QUERY = "States.QueryEvaluationError"
BROKEN = "{% $nothing.at.all %}"


def passing(output: Any, **fields: Any) -> dict[str, Any]:
    return {"Type": "Pass", "Output": output, **({} if "Next" in fields else {"End": True}), **fields}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("$states.input.text", 'a "quote", a \\ and\na line'),
        ("$states.input.none", None),
        ("[$states.input.numbers[$ > 1]]", [2, 3]),
        ("6 / 2", 3),
        ("$parse('{\"a\": [null]}')", {"a": [None]}),
        ("$partition([1, 2, 3], 2)", [[1, 2], [3]]),
        ("$range(0, 10, 5)", [0, 5, 10]),
        ("$hash('a', 'SHA-1')", "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8"),
        ("$random(3) = $random(3)", True),
        ("$length($uuid())", 36),
        ("$now('[Y0001]') = $fromMillis($millis(), '[Y0001]')", True),
        ("$exists($states.result)", False),
        ("$states.context.Execution.Input.none", None),
        ("$type($states.context.StateMachine.Name)", "string"),
    ],
)
def test_expressions(run: Run, expression: str, expected: Any) -> None:
    given = {"text": 'a "quote", a \\ and\na line', "none": None, "numbers": [1, 2, 3]}
    assert run({"A": passing(f"{{% {expression} %}}")}, given)["output"] == expected


@pytest.mark.parametrize(
    "expression",
    [
        "$nothing",
        "$eval('1')",
        "1/0",
        "$number('x')",
        "$sum",
        "{'f': function($x) { $x }}",
        "$range(0, 1, 0)",
        "$parse('{')",
    ],
)
def test_expressions_that_fail(run: Run, expression: str) -> None:
    done = run({"A": passing(f"{{% {expression} %}}")})
    assert (done["status"], done["error"]) == ("FAILED", QUERY)


def test_a_result_that_is_null_is_there(run: Run) -> None:
    states = {"A": task("echo", None, Output="{% [$states.result.Payload, $exists($states.result.Payload)] %}")}
    assert run(states)["output"] == [{}, True]  # a payload that is null is sent as {}


@pytest.mark.parametrize("event", ["5", "text", "é", 5, True, [None], {"a": "[1]"}])
def test_the_event_of_a_function_is_the_payload(run: Run, event: Any) -> None:
    assert run({"A": task("echo", event)})["output"] == event


@pytest.mark.parametrize("field", ["Arguments", "Output", "Assign"])
@pytest.mark.parametrize("kind", ["Task", "Parallel", "Map"])
def test_an_expression_that_fails_is_the_states_own_to_catch_and_assigns_nothing(
    run: Run, kind: str, field: str
) -> None:
    one = {"StartAt": "One", "States": {"One": {"Type": "Pass", "End": True}}}
    state: dict[str, Any] = {
        "Task": task("echo", {}),
        "Parallel": {"Type": "Parallel", "Branches": [one]},
        "Map": {"Type": "Map", "Items": [1], "ItemProcessor": one},
    }[kind]
    state.pop("End", None)
    broken: dict[str, Any] = {"a": BROKEN} if field != "Output" else {"o": BROKEN}
    if field == "Arguments":
        broken = {"FunctionName": "echo", "Payload": BROKEN} if kind == "Task" else broken
        field = "Items" if kind == "Map" else field
    state = {**state, "Assign": {"kept": "changed"}, field: BROKEN if field == "Items" else broken, "Next": "Fine"}
    caught = {"ErrorEquals": [QUERY], "Output": "{% $states.errorOutput.Error %}", "Next": "Caught"}
    states = {
        "Set": {"Type": "Pass", "Assign": {"kept": "old"}, "Next": "Try"},
        "Try": {**state, "Catch": [caught]},
        "Fine": passing("fine"),
        "Caught": passing(["{% $states.input %}", "{% $kept %}"]),
    }
    assert run(states)["output"] == [QUERY, "old"]


def test_the_assign_of_a_catch(run: Run) -> None:
    catch = {"ErrorEquals": ["States.ALL"], "Assign": {"why": "{% $parse($states.errorOutput.Cause).errorMessage %}"}}
    states = {"A": task("fail", {"message": "gone"}, Catch=[{**catch, "Next": "B"}]), "B": passing("{% $why %}")}
    assert run(states)["output"] == "gone"


def test_a_catch_that_leads_to_its_own_state(run: Run) -> None:
    output = '{% $states.input.n > 2 ? "over" : $notthere %}'
    catch = [{"ErrorEquals": [QUERY], "Output": {"n": "{% $states.input.n + 1 %}"}, "Next": "A"}]
    states = {
        "Begin": passing({"n": 0}, Next="A"),
        "A": task("echo", {}, Output=output, Catch=catch, Next="B"),
        "B": passing("{% $states.input %}"),
    }
    assert run(states)["output"] == "over"


@pytest.mark.parametrize(
    ("error", "taken"), [("States.ALL", False), ("States.TaskFailed", False), ("States.Runtime", False)]
)
def test_no_catch_takes_a_runtime_error(run: Run, error: str, taken: bool) -> None:
    outer = {"StartAt": "In", "States": {"In": {"Type": "Fail", "Error": "States.Runtime", "Cause": "x"}}}
    catch = [{"ErrorEquals": [error], "Next": "Caught"}]
    states = {
        "Out": {"Type": "Parallel", "Branches": [outer], "Catch": catch, "End": True},
        "Caught": passing("caught"),
    }
    assert (run(states).get("output") == "caught") is taken


@pytest.mark.parametrize(
    ("error", "taken"), [("States.ALL", True), ("States.TaskFailed", False), ("States.Timeout", True)]
)
def test_what_takes_a_time_out_that_comes_out_of_a_branch(run: Run, error: str, taken: bool) -> None:
    inner = {"StartAt": "Slow", "States": {"Slow": task("sleep", {"seconds": 3}, TimeoutSeconds=1)}}
    catch = [{"ErrorEquals": [error], "Next": "Caught"}]
    states = {
        "Out": {"Type": "Parallel", "Branches": [inner], "Catch": catch, "End": True},
        "Caught": passing("caught"),
    }
    assert (run(states).get("output") == "caught") is taken


def test_a_choice_without_a_match(run: Run) -> None:
    never = {"Type": "Choice", "Choices": [{"Condition": "{% false %}", "Next": "End"}]}
    assert run({"Choose": never, "End": {"Type": "Succeed"}})["error"] == "States.NoChoiceMatched"


def test_the_assign_of_a_rule_and_of_the_default_are_two(run: Run) -> None:
    rule = {"Condition": "{% $states.input.go %}", "Next": "End", "Assign": {"way": "rule"}}
    choose = {"Type": "Choice", "Choices": [rule], "Default": "End", "Assign": {"way": "default"}, "Output": "d"}
    states = {"Choose": choose, "End": passing(["{% $way %}", "{% $states.input %}"])}
    assert run(states, {"go": True})["output"] == ["rule", {"go": True}]
    assert run(states, {"go": False})["output"] == ["default", "d"]


def test_variables_of_the_outer_scope_are_read_in_branches_and_items(run: Run) -> None:
    shown = ["{% $v %}", "{% $states.context.Map.Item.Value %}", "{% $states.input %}"]
    body = {"StartAt": "I", "States": {"I": passing(shown)}}
    selector = {"s": "{% $states.context.Map.Item.Index %}"}
    states = {
        "Set": {"Type": "Pass", "Assign": {"v": [1, None]}, "Next": "Map"},
        "Map": {"Type": "Map", "Items": ["a"], "ItemSelector": selector, "ItemProcessor": body, "End": True},
    }
    assert run(states)["output"] == [[[1, None], "a", {"s": 0}]]


@pytest.mark.parametrize("mode", ["INLINE", "DISTRIBUTED"])
def test_a_map_of_many_items_one_at_a_time(run: Run, mode: str) -> None:
    config = {"Mode": mode, **({"ExecutionType": "STANDARD"} if mode == "DISTRIBUTED" else {})}
    body = {"ProcessorConfig": config, "StartAt": "I", "States": {"I": passing("{% $states.input * 2 %}")}}
    items = "{% [1..400] %}"
    states = {"Map": {"Type": "Map", "Items": items, "MaxConcurrency": 1, "ItemProcessor": body, "End": True}}
    assert run(states)["output"] == [2 * n for n in range(1, 401)]


def test_an_empty_map(run: Run) -> None:
    body = {"StartAt": "I", "States": {"I": passing(1)}}
    assert run({"Map": {"Type": "Map", "Items": [], "ItemProcessor": body, "End": True}})["output"] == []


def test_the_first_failed_item_ends_the_map_and_the_rest_of_it(run: Run, aws: Emulator) -> None:
    rules = [{"Condition": "{% $states.input = 2 %}", "Next": "Bad"}]
    choose = {"Type": "Choice", "Choices": rules, "Default": "Wait"}
    body = {
        "StartAt": "Choose",
        "States": {
            "Choose": choose,
            "Bad": {"Type": "Fail", "Error": "Bad", "Cause": "two"},
            "Wait": {"Type": "Wait", "Seconds": 50, "Next": "After"},
            "After": passing(1),
        },
    }
    catch = [{"ErrorEquals": ["Bad"], "Next": "Rest"}]
    states = {
        "Map": {"Type": "Map", "Items": [1, 2, 3], "ItemProcessor": body, "Catch": catch, "End": True},
        "Rest": {"Type": "Wait", "Seconds": 100, "Next": "Show"},
        "Show": passing("{% $states.input %}"),
    }
    done = run(states)
    assert (done["output"], done["seconds"]) == ({"Error": "Bad", "Cause": "two"}, 100)
    entered = [e.get("stateEnteredEventDetails", {}).get("name") for e in history(aws, done["executionArn"])]
    assert "After" not in entered
    kinds = [event["type"] for event in history(aws, done["executionArn"])]
    assert "MapIterationSucceeded" not in kinds


@pytest.mark.parametrize("output", ["text", None, 5, [], {"a": None}])
def test_any_json_value_is_an_output(run: Run, output: Any) -> None:
    assert run({"A": passing(output)})["output"] == output


def test_executions_have_names_and_starting_one_again_is_idempotent(aws: Emulator) -> None:
    step_functions = aws.client("stepfunctions")
    definition = json.dumps(
        {"QueryLanguage": "JSONata", "StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 5, "End": True}}}
    )
    made = step_functions.create_state_machine(
        name="named", definition=definition, roleArn="arn:aws:iam::123456789012:role/emulated"
    )
    machine = made["stateMachineArn"]
    arns = {step_functions.start_execution(stateMachineArn=machine)["executionArn"] for _ in range(2)}
    assert len(arns) == 2
    first, again = (step_functions.start_execution(stateMachineArn=machine, name="n", input="[1]") for _ in range(2))
    assert first["executionArn"] == again["executionArn"]
    with pytest.raises(step_functions.exceptions.ExecutionAlreadyExists):
        step_functions.start_execution(stateMachineArn=machine, name="n", input="[2]")
    aws.advance(5, 5)
    with pytest.raises(step_functions.exceptions.ExecutionAlreadyExists):
        step_functions.start_execution(stateMachineArn=machine, name="n", input="[1]")
    assert len(step_functions.list_executions(stateMachineArn=machine)["executions"]) == 3


def test_dynamodb_in_both_spellings(run: Run, aws: Emulator) -> None:
    key = {"id": {"S": "spelled"}}
    update = {"TableName": aws.table, "Key": key, "UpdateExpression": "ADD n :one"}
    update["ExpressionAttributeValues"] = {":one": {"N": "1"}}
    resource = "arn:aws:states:::dynamodb:updateItem"
    optimized = {"Type": "Task", "Resource": resource, "Arguments": {**update, "ReturnValues": "ALL_NEW"}}
    again = {**update, "ConditionExpression": "attribute_not_exists(n)"}
    sdk = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:dynamodb:updateItem", "Arguments": again}
    catch = [{"ErrorEquals": ["DynamoDb.ConditionalCheckFailedException"], "Next": "Done"}]
    states = {
        "One": {**optimized, "Assign": {"n": "{% $states.result.Attributes.n.N %}"}, "Next": "Two"},
        "Two": {**sdk, "Catch": catch, "End": True},
        "Done": passing("{% $n %}"),
    }
    assert run(states)["output"] == "1"
