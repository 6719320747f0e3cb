"""An HTTP API: a route for each trigger, and behind it the version of the function that this release has.

POST /todos   ->   add_todo:7          $default   ->   what no route takes

The app itself recognises clients and counts requests, so no authorizer stands before it. Sources: "Working with AWS
Lambda proxy integrations for HTTP APIs", "Customize HTTP API access logs", docs.aws.amazon.com.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, final

import pulumi
from pulumi_aws import apigatewayv2, lambda_

from portable_faas.manifest import Part
from portable_faas_infra.aws.function import Function
from portable_faas_infra.aws.log_group import log_group
from portable_faas_infra.deployment import Deployment

SERVICE: Final = "apigateway.amazonaws.com"
LOGS: Final = "/aws/vendedlogs/apis/"
DEFAULT: Final = "$default"
# What is logged of a request; nothing of its path's values, its query, headers or body.
LOGGED: Final = {
    name: f"$context.{name}"
    for name in ("requestId", "routeKey", "status", "integrationErrorMessage", "responseLatency", "responseLength")
}


@final
class Api(pulumi.ComponentResource):
    """``url`` is its address. ``routed`` are the functions with their HTTP triggers."""

    def __init__(
        self,
        deployment: Deployment,
        routed: Sequence[tuple[str, Function, Sequence[Part]]],
        opts: pulumi.ResourceOptions,
    ) -> None:
        name = deployment.name("api")
        super().__init__("portable-faas:aws:Api", name, None, opts)
        self._inside = inside = pulumi.ResourceOptions(parent=self)
        self._made: Any = apigatewayv2.Api(name, name=name, protocol_type="HTTP", tags=deployment.tags, opts=inside)
        for function, made, triggers in routed:
            self._route(deployment.name(function), made, triggers)
        logs = log_group(name, f"{LOGS}{name}", deployment, inside)
        apigatewayv2.Stage(
            name,
            api_id=self._made.id,
            name=DEFAULT,
            auto_deploy=True,
            access_log_settings=apigatewayv2.StageAccessLogSettingsArgs(
                destination_arn=logs.arn, format=json.dumps(LOGGED)
            ),
            tags=deployment.tags,
            opts=inside,
        )
        self.url: pulumi.Output[str] = self._made.api_endpoint
        self.register_outputs({"url": self.url})

    def _route(self, name: str, function: Function, triggers: Sequence[Part]) -> None:
        behind = apigatewayv2.Integration(
            name,
            api_id=self._made.id,
            integration_type="AWS_PROXY",
            integration_method="POST",  # of the call to Lambda, whatever the request's is
            integration_uri=function.invoke,
            payload_format_version="2.0",
            opts=self._inside,
        )
        for trigger in triggers:
            key = route_key(trigger)
            target = pulumi.Output.concat("integrations/", behind.id)
            apigatewayv2.Route(f"{name} {key}", api_id=self._made.id, route_key=key, target=target, opts=self._inside)
        for number, path in enumerate(dict.fromkeys(map(_path, triggers))):
            lambda_.Permission(
                f"{name}-{number}",  # the id of the statement, too: letters, digits, '-' and '_' (AddPermission)
                action="lambda:InvokeFunction",
                function=function.arn,
                qualifier=function.number,
                principal=SERVICE,
                source_arn=pulumi.Output.concat(self._made.execution_arn, "/*/", path),
                opts=self._inside,
            )


def route_key(trigger: Part) -> str:
    """What a route is called: its method and path, or that it takes the rest."""
    return DEFAULT if trigger["path"] == DEFAULT else f"{trigger['method']} {trigger['path']}"


def _path(trigger: Mapping[str, Any]) -> str:
    """A route in the ARN of who calls, for every method."""
    return DEFAULT if trigger["path"] == DEFAULT else f"*{trigger['path']}"
