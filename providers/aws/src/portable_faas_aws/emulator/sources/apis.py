"""The routes of an HTTP API as it was created in the account, and what stands behind each.

"https://a1b2c3d4.execute-api.us-east-1.amazonaws.com"   ->   Route("GET /todos", "arn:...:function:list:3", "arn:...")

Nothing answers without the stage ``$default``; a route whose integration is missing answers with an error of the API.
Sources: "Stages for HTTP APIs", "Create AWS Lambda proxy integrations for HTTP APIs", docs.aws.amazon.com/apigateway.
"""

import re
from typing import Any, Final

from moto.apigatewayv2.models import apigatewayv2_backends

from portable_faas_aws.emulator.declared import Route
from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION

DEFAULT: Final = "$default"
FUNCTION: Final = re.compile(r"functions/(arn:[^/]+)/invocations")  # in the ARN by which an API invokes one
FORMAT: Final = "2.0"


def routes_of_account(url: str | None) -> list[Route]:
    """The routes of the API with this address; none if there is none."""
    apis = apigatewayv2_backends[ACCOUNT][REGION].apis.values()
    return [route for api in apis if api.api_endpoint == url and _is_served(api) for route in _routes(api)]


def _is_served(api: Any) -> bool:
    """Whether changes of the API reach its stage without being deployed one by one."""
    return DEFAULT in api.stages and bool(api.stages[DEFAULT].auto_deploy)


def _routes(api: Any) -> list[Route]:
    return [Route(route.route_key, _function(api, route), _source(api, route)) for route in api.routes.values()]


def _function(api: Any, route: Any) -> str | None:
    behind = api.integrations.get(str(route.target).rpartition("/")[2])
    if behind is None or (behind.integration_type, behind.payload_format_version) != ("AWS_PROXY", FORMAT):
        return None
    named = FUNCTION.search(str(behind.integration_uri))
    return named[1] if named else None


def _source(api: Any, route: Any) -> str:
    """As what the API calls: its stage, and method and path of the route."""
    place = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api.api_id}/{DEFAULT}"
    method, _, path = route.route_key.partition(" ")
    return f"{place}/{DEFAULT}" if route.route_key == DEFAULT else f"{place}/{method}{path}"
