"""API Gateway: HTTP APIs with their integrations, routes and stages."""

from typing import Any, ClassVar, Final

from portable_faas_infra.emulated.aws.account import renamed, tags_gone, upper
from portable_faas_infra.emulated.aws.kinds import AWSKind, unless_gone
from portable_faas_infra.emulated.kind import Made
from portable_faas_infra.emulated.properties import Properties
from portable_faas_infra.emulated.state import Resource

API: Final = {"name": "Name", "description": "Description", "version": "Version"}


class Tagged(AWSKind):
    """What has tags, which a call of its own changes."""

    def tag(self, arn: str, before: Properties, inputs: Properties) -> None:
        """Make the tags be those of ``inputs``."""
        if gone := tags_gone(before, inputs):
            self.client("apigatewayv2").untag_resource(ResourceArn=arn, TagKeys=gone)
        if inputs.get("tags"):
            self.client("apigatewayv2").tag_resource(ResourceArn=arn, Tags=inputs["tags"])


class Api(Tagged):
    """An HTTP API."""

    token = "aws:apigatewayv2/api:Api"
    properties = frozenset({*API, "protocolType", "tags"})
    fixed = frozenset({"protocolType"})
    named = "name"

    def create(self, inputs: Properties) -> Made:
        """Create it."""
        request = renamed(inputs, {**API, "protocolType": "ProtocolType", "tags": "Tags"})
        made = self.client("apigatewayv2").create_api(**request)
        outputs = {
            "arn": f"arn:aws:apigateway:{self.account.region}::/apis/{made['ApiId']}",
            "apiEndpoint": made["ApiEndpoint"],
            "executionArn": self.arn("execute-api", made["ApiId"]),
        }
        return Made(made["ApiId"], {**inputs, **outputs})

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Change what it is called, and its tags."""
        if changed - {"tags"}:
            self.client("apigatewayv2").update_api(ApiId=made.id, **renamed(inputs, API))
        if "tags" in changed:
            self.tag(made.outputs["arn"], dict(made.inputs), inputs)
        return {**made.outputs, **inputs}

    def delete(self, made: Resource) -> None:
        """Delete it."""
        with unless_gone():
            self.client("apigatewayv2").delete_api(ApiId=made.id)


class Part(AWSKind):
    """A part of an API, which cannot move to another one; ``noun`` is what its calls are named by."""

    fixed = frozenset({"apiId"})
    noun: ClassVar[str]
    names: ClassVar[dict[str, str]]

    def create(self, inputs: Properties) -> Made:
        """Create it."""
        made = self._call("create", ApiId=inputs["apiId"], **renamed(inputs, self.names))
        return Made(made[f"{self.noun.capitalize()}Id"], dict(inputs))

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Change it."""
        self._call("update", **self._which(made), **renamed(inputs, self.names))
        return dict(inputs)

    def delete(self, made: Resource) -> None:
        """Delete it; with its API it is gone already."""
        with unless_gone():
            self._call("delete", **self._which(made))

    def _which(self, made: Resource) -> dict[str, Any]:
        return {"ApiId": made.inputs["apiId"], f"{self.noun.capitalize()}Id": made.id}

    def _call(self, verb: str, **request: Any) -> Any:
        return getattr(self.client("apigatewayv2"), f"{verb}_{self.noun}")(**request)


class Integration(Part):
    """What stands behind routes."""

    token = "aws:apigatewayv2/integration:Integration"
    noun = "integration"
    names: ClassVar = {
        "integrationType": "IntegrationType",
        "integrationMethod": "IntegrationMethod",
        "integrationUri": "IntegrationUri",
        "payloadFormatVersion": "PayloadFormatVersion",
        "timeoutMilliseconds": "TimeoutInMillis",
    }
    properties = frozenset({*names, "apiId"})
    fixed = frozenset({"apiId", "integrationType"})


class Route(Part):
    """Which requests go to which integration."""

    token = "aws:apigatewayv2/route:Route"
    noun = "route"
    names: ClassVar = {"routeKey": "RouteKey", "target": "Target", "authorizationType": "AuthorizationType"}
    properties = frozenset({*names, "apiId"})


class Stage(Tagged):
    """A release of an API that requests reach; its id is its name."""

    token = "aws:apigatewayv2/stage:Stage"
    properties = frozenset({"apiId", "name", "autoDeploy", "description", "accessLogSettings", "tags"})
    fixed = frozenset({"apiId", "name"})
    named = "name"

    def create(self, inputs: Properties) -> Made:
        """Create it."""
        tags = {"Tags": inputs["tags"]} if inputs.get("tags") else {}
        self.client("apigatewayv2").create_stage(**_stage(inputs), **tags)
        arn = f"arn:aws:apigateway:{self.account.region}::/apis/{inputs['apiId']}/stages/{inputs['name']}"
        return Made(inputs["name"], {**inputs, "arn": arn})

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Change its settings and tags."""
        if changed - {"tags"}:
            self.client("apigatewayv2").update_stage(**_stage(inputs))
        if "tags" in changed:
            self.tag(made.outputs["arn"], dict(made.inputs), inputs)
        return {**made.outputs, **inputs}

    def delete(self, made: Resource) -> None:
        """Delete it."""
        with unless_gone():
            self.client("apigatewayv2").delete_stage(ApiId=made.inputs["apiId"], StageName=made.id)


def _stage(inputs: Properties) -> dict[str, Any]:
    names = {"apiId": "ApiId", "name": "StageName", "autoDeploy": "AutoDeploy", "description": "Description"}
    logged = inputs.get("accessLogSettings")
    return renamed(inputs, names) | ({"AccessLogSettings": upper(logged)} if logged else {})
