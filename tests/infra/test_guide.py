"""The rights that the guide gives to who deploys are enough for every kind of resource, and only on the app's own."""

import json
import re
from typing import Any

from portable_faas_infra.checks import Recorded

from tests.infra.building import EXAMPLES, ROOT, example

SERVICES = {"apigatewayv2": "apigateway", "sfn": "states"}  # where IAM has another name than Pulumi


def policies() -> list[dict[str, Any]]:
    """That of every app, and what functions with triggers need besides."""
    guide = (ROOT / "docs/guide/deploy.md").read_text("utf-8")
    return [json.loads(found) for found in re.findall(r"^```json\n(.*?)^```", guide, re.DOTALL | re.MULTILINE)]


def service(resource: Recorded) -> str:
    _, _, kind = resource.type.partition(":")
    name, _, rest = kind.partition("/")
    if name == "cloudwatch":
        return "events" if rest.startswith("event") else "logs"
    return SERVICES.get(name, name)


def test_every_service_that_an_app_uses_is_there() -> None:
    made = [resource for name in EXAMPLES for resource in example(name, "aws").resources if resource.custom]
    statements = [statement for policy in policies() for statement in policy["Statement"]]
    allowed = {action.partition(":")[0] for statement in statements for action in statement["Action"]}
    assert allowed - {"sts"} == {service(resource) for resource in made}


def test_rights_are_on_what_is_named_after_the_app() -> None:
    unnamed = ("arn:aws:apigateway:", "arn:aws:lambda:*:123456789012:event-source-mapping:*")
    for policy in policies():
        *own, anywhere = policy["Statement"]
        for statement in own:
            resources = statement["Resource"]
            for one in [resources] if isinstance(resources, str) else resources:
                assert "orders-*" in one or one.startswith(unnamed)
        assert anywhere["Resource"] == "*"
        assert not any("*" in action for action in anywhere["Action"])
    own = policies()[0]["Statement"]
    groups = [one.inputs["name"] for one in example("orders", "aws").of("aws:cloudwatch/logGroup:LogGroup")]
    allowed = [one.partition(":log-group:")[2].rstrip("*") for one in own[0]["Resource"] if ":log-group:" in one]
    assert all(any(group.startswith(prefix) for prefix in allowed) for group in groups)
