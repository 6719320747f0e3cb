"""The verifier of state machines catches every rule's violation, and the machines of all scenarios hold to them."""

import json
import os
import shutil
import subprocess
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from portable_faas_aws.lowering.expressions import uses
from portable_faas_aws.lowering.machine import machine
from portable_faas_aws.lowering.placement import DEFAULT, OUTLINED, Placement
from portable_faas_aws.lowering.verifier import verify

from portable_faas.compiler.flows import program
from portable_faas.testing.conformance import discover
from tests.aws.golden import CASES, load

ROOT = Path(__file__).resolve().parents[4]
PLACEMENTS = {"default": DEFAULT, "outlined": OUTLINED, "after": Placement(before=False)}


def task(**fields: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "f"}, **fields}


def sound() -> dict[str, Any]:
    """A machine with a choice, a catch, a map and variables that are assigned on every way to where they are read."""
    inner = {"Item": task(Arguments={"Payload": "{% $call %}"}, Assign={"call1": "{% $states.result %}"}, End=True)}
    return {
        "QueryLanguage": "JSONata",
        "StartAt": "First",
        "States": {
            "First": task(
                Assign={"call": "{% $states.result.Payload %}"},
                Catch=[
                    {"ErrorEquals": ["A"], "Assign": {"call": "{% $states.errorOutput.Cause %}"}, "Next": "Which"},
                    {"ErrorEquals": ["States.ALL"], "Next": "Fail"},
                ],
                Next="Which",
            ),
            "Which": {
                "Type": "Choice",
                "Choices": [{"Condition": '{% $call.to = "$x" %}', "Assign": {"n": 1}, "Next": "Map"}],
                "Assign": {"n": 2},
                "Default": "Map",
            },
            "Map": {
                "Type": "Map",
                "Items": "{% $map($call.items, function($v) { $v + $n }) %}",
                "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "Item", "States": inner},
                "Next": "Done",
            },
            "Done": {"Type": "Succeed", "Output": "{% $n %}"},
            "Fail": {"Type": "Fail", "Error": "e"},
        },
    }


def test_a_sound_machine_is_accepted() -> None:
    verify(sound())


Path_ = tuple[str, ...]
MAP = ("States", "Map")
ITEM = ("States", "Map", "ItemProcessor", "States", "Item")
FIRST = ("States", "First")
BROKEN: list[tuple[Path_, Any, str]] = [
    (("StartAt",), "Nowhere", "first state, 'Nowhere', does not exist"),
    ((*FIRST, "Next"), "Nowhere", "goes on at 'Nowhere', which does not exist"),
    (("States", "Lost"), {"Type": "Succeed"}, "state 'Lost' cannot be reached"),
    (("States", "x" * 81), {"Type": "Succeed"}, "has 81 characters"),
    ((*MAP, "ItemProcessor", "States", "Done"), {"Type": "Succeed"}, "two states are called"),
    ((*FIRST, "Assign"), {}, r"reads \$call, which is not assigned on every way"),
    ((*FIRST, "Catch", 0, "Assign"), {}, r"reads \$call, which is not assigned on every way"),  # type: ignore[list-item]
    (("States", "Which", "Assign"), {}, r"reads \$n, which is not assigned on every way"),
    (("States", "Done", "Output"), "{% $call1 %}", r"reads \$call1, which"),
    ((*ITEM, "Arguments"), {"a": ["{% $unknown + 1 %}"]}, r"state 'Item' reads \$unknown"),
    ((*ITEM, "Assign"), {"call": 1}, r"an inner scope assigns \['call'\]"),
    ((*FIRST, "Assign"), {"call": 1, "a-b": 2}, "assigns 'a-b'"),
    ((*FIRST, "Assign"), {"call": 1, "states": 2}, "assigns 'states'"),
    ((*FIRST, "Assign"), {"call": 1, "v" * 81: 2}, "assigns 'vvv"),
    ((*FIRST, "Arguments"), "{% $eval('1') %}", r"uses \$eval"),
    ((*FIRST, "Arguments"), "{% $.input %}", r"reads \$ or \$\$"),
    ((*FIRST, "Arguments"), "{% $states.input[$$.a = 1] %}", r"reads \$ or \$\$"),
    ((*FIRST, "Arguments"), "{% $states.errorOutput.Error %}", "asks for an error outside a Catch"),
    ((*FIRST, "Arguments"), "{% $states.result %}", "asks for its result in Arguments"),
    ((*FIRST, "Catch", 0, "Output"), "{% $states.result %}", "asks for its result in Catch"),  # type: ignore[list-item]
    ((*FIRST, "Catch", 0, "ErrorEquals"), ["States.ALL"], "States.ALL in a Catch that is not the last"),  # type: ignore[list-item]
    ((*FIRST, "Catch", 1, "ErrorEquals"), ["States.ALL", "A"], "States.ALL in a Catch"),  # type: ignore[list-item]
    ((*FIRST, "Retry"), [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["A"]}], "States.ALL in a Retry"),
    ((*FIRST, "Retry"), [{"ErrorEquals": []}], "has a Retry for no error"),
    ((*FIRST, "Retry"), [{"ErrorEquals": ["A"], "IntervalSeconds": 5, "MaxDelaySeconds": 4}], "4 s at most"),
    ((*FIRST, "End"), True, "exactly one way on"),
    (("States", "Done", "Next"), "Fail", "exactly one way on"),
    (("States", "Which", "Next"), "Map", "a choice without a default"),
    (("Comment",), "x" * 1024 * 1024, "over the limit"),
]


@pytest.mark.parametrize(("path", "value", "problem"), BROKEN, ids=[problem for _, _, problem in BROKEN])
def test_a_broken_machine_is_caught(path: Path_, value: Any, problem: str) -> None:
    broken = deepcopy(sound())
    place: Any = broken
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(AssertionError, match=problem):
        verify(broken)


@pytest.mark.parametrize(("heartbeat", "fine"), [(4, True), (5, False), (6, False)])
def test_a_heartbeat_is_shorter_than_the_time_out(heartbeat: int, fine: bool) -> None:
    machine = sound()
    machine["States"]["First"] |= {"TimeoutSeconds": 5, "HeartbeatSeconds": heartbeat}
    if fine:
        verify(machine)
    else:
        with pytest.raises(AssertionError, match="heartbeat"):
            verify(machine)


def test_a_way_back_takes_its_variables_along() -> None:
    """A loop whose body reads what only the second round has assigned."""
    machine = sound()
    machine["States"]["Which"]["Choices"][0] = {"Condition": "{% $late %}", "Next": "Again"}
    machine["States"]["Which"]["Assign"] = {"n": 1}
    machine["States"]["Again"] = {"Type": "Pass", "Assign": {"late": 1}, "Next": "Which"}
    with pytest.raises(AssertionError, match=r"reads \$late"):
        verify(machine)


@pytest.mark.parametrize(
    ("code", "reads"),
    [
        ("$call.args", {"call"}),
        ("'$a' & \"$b\" & `$c`", set()),
        ("/* $a */ $b", {"b"}),
        ("$match($x, /[$]a/)", {"x"}),
        ("($y := $x; $y + $z)", {"x", "z"}),
        ("$map($xs, function($x, $i) { $x * $i + $n })", {"xs", "n"}),
        ("$states.input.to", set()),
        ("$f1($x)", {"x"}),
        ("$items[$ > 1].($ + $n)", {"items", "n"}),
        ("$größe", {"größe"}),
    ],
)
def test_what_an_expression_reads(code: str, reads: set[str]) -> None:
    found = uses(code)
    assert found.reads == reads
    assert not found.root
    assert not found.evaluates


def machines() -> dict[str, dict[str, Any]]:
    apps = {scenario.name: scenario.app for scenario in discover("flow")} | {
        f"golden {name}": load(name) for name in CASES
    }
    programs = {name: program(app) for name, app in apps.items()}
    return {
        f"{name} {orchestrator} {place}": machine(made, orchestrator, placement)
        for name, made in programs.items()
        for orchestrator, _ in made.orchestrators
        for place, placement in PLACEMENTS.items()
    }


@pytest.fixture(scope="module")
def made() -> dict[str, dict[str, Any]]:
    return machines()


def test_the_machines_of_every_scenario_hold_to_the_rules(made: dict[str, dict[str, Any]]) -> None:
    assert len(made) > 600
    for name, definition in made.items():
        try:
            verify(definition)
        except AssertionError as problem:
            pytest.fail(f"{name}: {problem}")


def test_asl_validator_accepts_the_machines_of_every_scenario(made: dict[str, dict[str, Any]]) -> None:
    if shutil.which("node") is None:
        pytest.skip("asl-validator not run: no node")
    modules = ROOT / ".make" / "node" / "node_modules"
    assert (modules / "asl-validator").is_dir(), "asl-validator is not installed; make .make/node/ready installs it"
    broken = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}}}
    done = subprocess.run(
        ["node", str(ROOT / "tests" / "aws" / "validate.cjs")],
        input=json.dumps({**made, "broken": broken}),
        env={**os.environ, "NODE_PATH": str(modules)},
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.stderr == ""
    refused = json.loads(done.stdout)
    assert refused.keys() == {"broken"}, refused
