"""Starts one emulated AWS per test file and runs state machines in it."""

import json
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from portable_faas_aws.emulator import Emulator, Function

FOLDER = Path(__file__).parent / "functions"
HANDLERS = ["echo", "fail", "flaky", "sleep", "crash", "big", "environment", "leave_child", "read"]
INVOKE = "arn:aws:states:::lambda:invoke"
ROLE = "arn:aws:iam::123456789012:role/emulated"
NAMES = count(1)

States = dict[str, Any]
Run = Callable[..., dict[str, Any]]
Start = Callable[..., str]


def functions() -> list[Function]:
    short = [Function("brief", FOLDER, "app.sleep", timeout=1), Function("missing", FOLDER, "nowhere.handler")]
    return [Function(name, FOLDER, f"app.{name}", environment={"COLOUR": "red"}) for name in HANDLERS] + short


def task(function: str, payload: Any, **fields: Any) -> dict[str, Any]:
    """A Task state; its Output is the function's result, unless the caller says otherwise."""
    arguments = {"FunctionName": function, "Payload": payload}
    return {
        "Type": "Task",
        "Resource": INVOKE,
        "Arguments": arguments,
        "Output": "{% $states.result.Payload %}",
        **({} if "Next" in fields else {"End": True}),
        **fields,
    }


def machine(states: States, **fields: Any) -> dict[str, Any]:
    """A definition that starts at the first of ``states``."""
    return {"QueryLanguage": "JSONata", "StartAt": next(iter(states)), "States": states, **fields}


def begin(aws: Emulator, states: States, given: Any = None, **fields: Any) -> str:
    """Create a state machine and start it; gives the ARN of the execution."""
    step_functions = aws.client("stepfunctions")
    definition = json.dumps(machine(states, **fields))
    made = step_functions.create_state_machine(name=f"m{next(NAMES)}", definition=definition, roleArn=ROLE)
    started = step_functions.start_execution(
        stateMachineArn=made["stateMachineArn"], input=json.dumps({} if given is None else given)
    )
    return str(started["executionArn"])


@pytest.fixture(scope="module")
def aws() -> Iterator[Emulator]:
    with Emulator(functions(), []) as emulator:
        yield emulator


@pytest.fixture
def start(aws: Emulator) -> Start:
    return lambda states, given=None, **fields: begin(aws, states, given, **fields)


@pytest.fixture
def run(aws: Emulator, start: Start) -> Run:
    """Run to the end; the description, with the decoded output and the seconds that it took by its own clock."""

    def runs(states: States, given: Any = None, **fields: Any) -> dict[str, Any]:
        arn = start(states, given, **fields)
        described = aws.result(arn, 30)
        if "output" in described:
            described["output"] = json.loads(described["output"])
        described["seconds"] = (described["stopDate"] - described["startDate"]).total_seconds()
        return described

    return runs


def history(aws: Emulator, arn: str) -> list[dict[str, Any]]:
    """All events, in their order."""
    pages = aws.client("stepfunctions").get_paginator("get_execution_history").paginate(executionArn=arn)
    return [event for page in pages for event in page["events"]]
