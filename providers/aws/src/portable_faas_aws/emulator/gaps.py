"""Patches: calls of AWS's APIs that moto lacks, or carries out on something else.

UpdateStage and the tags of a stage (it can create, read and delete stages); RemovePermission with a qualifier, which it
takes from the policy of $LATEST; AddPermission with an id that another statement has, or that is none (API reference).
"""

import json
import re
from typing import Any, Final
from urllib.parse import unquote

from moto.apigatewayv2.models import apigatewayv2_backends
from moto.apigatewayv2.responses import ApiGatewayV2Response
from moto.apigatewayv2.urls import url_paths
from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.policy import Policy
from moto.awslambda.responses import LambdaResponse

from portable_faas_aws.emulator.patching import Patching

STAGES: Final = "{0}/v2/tags/(?P<resource_arn_pt1>[^/]+)/apis/(?P<resource_arn_pt2>[^/]+/stages/[^/]+)$"
CHANGED: Final = {
    "accessLogSettings": "access_log_settings",
    "autoDeploy": "auto_deploy",
    "defaultRouteSettings": "default_route_settings",
    "description": "description",
    "routeSettings": "route_settings",
    "stageVariables": "stage_variables",
}
LAST_BUT_TWO: Final = 3  # the thing in /v2/apis/<id>/stages/<name> and /functions/<name>/policy/<id>
STATEMENT: Final = re.compile("[a-zA-Z0-9_-]{1,100}")


def install(patching: Patching) -> None:
    """Add and replace them."""
    patching.add(ApiGatewayV2Response, "update_stage", _update_stage)
    patching.item(url_paths, STAGES, ApiGatewayV2Response.dispatch)
    patching.replace(LambdaResponse, "remove_permission", _remove_permission)
    patching.wrap(Policy, "add_statement", _once)


def _update_stage(self: Any) -> Any:
    parts = self.path.split("/")
    backend = apigatewayv2_backends[self.current_account][self.region]
    stage = backend.get_stage(parts[-LAST_BUT_TWO], unquote(parts[-1]))
    for name, value in json.loads(self.body).items():
        if name not in CHANGED:
            raise NotImplementedError(f"the emulated UpdateStage does not know {name}")
        setattr(stage, CHANGED[name], value)
    return 200, {}, json.dumps(stage.to_json())


def _remove_permission(self: Any) -> Any:
    parts = self.path.partition("?")[0].split("/")
    qualifier = self.querystring.get("Qualifier", [None])[0]
    found = self.backend.get_function(unquote(parts[-LAST_BUT_TWO]), qualifier)
    found.policy.del_statement(unquote(parts[-1]), self.querystring.get("RevisionId", [""])[0])
    return 204, {"status": 204}, "{}"


def _once(original: Any) -> Any:
    def add(self: Any, raw: str, qualifier: str | None = None) -> Any:
        named = str(json.loads(raw).get("StatementId"))
        if not STATEMENT.fullmatch(named):
            raise LambdaClientError(
                "ValidationException", f"Value '{named}' at 'statementId' failed to satisfy pattern"
            )
        if any(statement.get("Sid") == named for statement in self.statements):
            raise LambdaClientError("ResourceConflictException", f"The statement id ({named}) provided already exists.")
        return original(self, raw, qualifier)

    return add
