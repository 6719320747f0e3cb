"""checkov and parliament over every example: they find only what is allowed, and all of that.

They need `.venv-scan`, which `make full` sets up.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from portable_faas_infra.checks import Recording
from portable_faas_infra.checks.allowed import AWS, AZURE
from portable_faas_infra.checks.arm import template
from portable_faas_infra.checks.terraform import plan

from tests.infra.building import EXAMPLES, ROOT, example

pytestmark = pytest.mark.full
SCAN = ROOT / ".venv-scan/bin"
PARLIAMENT = """
import json, sys
from parliament import analyze_policy_string
for policy in json.load(sys.stdin):
    print(json.dumps([f"{one.issue}: {one.detail}" for one in analyze_policy_string(policy).findings]))
"""


def run(program: str, *arguments: str, given: str = "") -> str:
    assert (SCAN / program).exists(), "there is no .venv-scan: run `make full`, or `make .venv-scan/ready`"
    done = subprocess.run([SCAN / program, *arguments], capture_output=True, text=True, input=given, check=False)
    assert done.stdout, done.stderr
    return done.stdout


def scanned(framework: str, document: dict[str, Any], folder: Path) -> dict[str, set[str]]:
    """The ids of failed checks, each with the resources."""
    file = folder / "document.json"
    file.write_text(json.dumps(document))
    told = json.loads(run("checkov", "-f", str(file), "--framework", framework, "--skip-download", "-o", "json"))
    assert told["summary"]["resource_count"] >= 8, told["summary"]
    found: dict[str, set[str]] = {}
    for one in told["results"]["failed_checks"]:
        found.setdefault(one["check_id"], set()).add(one["resource"])
    return found


# It wants the ARN of an express execution beside that of a standard one; there are no express machines here.
EXPRESS = "'states:DescribeExecution', 'required_format': 'arn:*:states:*:*:express:*:*:*'"


def policies(recording: Recording) -> list[str]:
    return [one.inputs["policy"] for one in recording.of("aws:iam/rolePolicy:RolePolicy")]


def issues(found: list[str]) -> list[list[str]]:
    told = run("python", "-c", PARLIAMENT, given=json.dumps(found))
    return [json.loads(line) for line in told.splitlines()]


@pytest.mark.parametrize("name", EXAMPLES)
def test_checkov_finds_on_aws_what_is_allowed(name: str, tmp_path: Path) -> None:
    found = set(scanned("terraform_plan", plan(example(name, "aws")), tmp_path))
    assert found <= set(AWS)
    assert name != "orders" or len(found) > 10


@pytest.mark.parametrize("name", EXAMPLES)
def test_checkov_finds_on_azure_what_is_allowed(name: str, tmp_path: Path) -> None:
    found = set(scanned("arm", template(example(name, "azure")), tmp_path))
    assert found <= set(AZURE)
    assert name != "orders" or len(found) > 5


def test_checkov_sees_a_table_without_recovery(tmp_path: Path) -> None:
    document = plan(example("monitor", "aws"))
    for resource in (*document["planned_values"]["root_module"]["resources"],):
        resource["values"].pop("point_in_time_recovery", None)
    assert "CKV_AWS_28" in scanned("terraform_plan", document, tmp_path)


@pytest.mark.parametrize("name", EXAMPLES)
def test_parliament_finds_nothing(name: str) -> None:
    found = [issue for each in issues(policies(example(name, "aws"))) for issue in each]
    assert [issue for issue in found if EXPRESS not in issue] == []


def test_parliament_sees_an_action_that_there_is_not() -> None:
    statement = {"Effect": "Allow", "Action": "sqs:RecieveMessage", "Resource": "*"}
    (found,) = issues([json.dumps({"Version": "2012-10-17", "Statement": [statement]})])
    assert any("UNKNOWN_ACTION" in one for one in found)
