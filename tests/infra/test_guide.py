"""The rights that the guide gives to who deploys are enough for every kind of resource, and only on the app's own."""

import json
import re
from typing import Any

from tests.infra.building import EXAMPLES, ROOT, example

SERVICES = {"cloudwatch": "logs", "sfn": "states"}  # where IAM has another name than Pulumi


def policy() -> dict[str, Any]:
    guide = (ROOT / "docs/guide/deploy.md").read_text("utf-8")
    found = re.search(r"^```json\n(.*?)^```", guide, re.DOTALL | re.MULTILINE)
    assert found
    made: dict[str, Any] = json.loads(found[1])
    return made


def test_every_service_that_an_app_uses_is_there() -> None:
    used = {
        resource.type.split(":")[1].partition("/")[0]
        for name in EXAMPLES
        for resource in example(name, "aws").resources
        if resource.custom
    }
    assert used == {"cloudwatch", "dynamodb", "iam", "lambda", "s3", "sfn"}
    first = policy()["Statement"][0]
    assert {action.partition(":")[0] for action in first["Action"]} | {"iam"} == {
        SERVICES.get(one, one) for one in used
    }


def test_rights_are_on_what_is_named_after_the_app() -> None:
    *own, anywhere = policy()["Statement"]
    for statement in own:
        resources = statement["Resource"]
        assert all("orders-*" in one for one in ([resources] if isinstance(resources, str) else resources))
    assert anywhere["Resource"] == "*"
    assert not any("*" in action for action in anywhere["Action"])
    groups = [one.inputs["name"] for one in example("orders", "aws").of("aws:cloudwatch/logGroup:LogGroup")]
    allowed = [one.partition(":log-group:")[2].rstrip("*") for one in own[0]["Resource"] if ":log-group:" in one]
    assert all(any(group.startswith(prefix) for prefix in allowed) for group in groups)
