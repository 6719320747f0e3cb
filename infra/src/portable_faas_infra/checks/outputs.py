"""Outputs that a provider would give, made up from the type, the name and the inputs of a resource.

made_up("aws:dynamodb/table:Table", "t", {"name": "t"})   ->   ("t", {"name": "t", "arn": "arn:aws:...:table/t"})

They are recognisable rather than true: a test that sees one knows where it came from.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

ACCOUNT: Final = "123456789012"
REGION: Final = "eu-west-1"
SUBSCRIPTION: Final = "00000000-0000-0000-0000-000000000001"
RANDOM: Final = "0123456"  # what an engine adds to a name that nobody gave
NAMES: Final = ("name", "bucket", "key")
ANSWERS: Final[Mapping[str, Mapping[str, Any]]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT, "arn": "arn", "id": ACCOUNT, "userId": "u"},
    "aws:index/getRegion:getRegion": {"id": REGION, "region": REGION, "name": REGION, "description": REGION},
    "azure-native:authorization:getClientConfig": {
        "clientId": "client",
        "objectId": "object",
        "subscriptionId": SUBSCRIPTION,
        "tenantId": "tenant",
    },
}
ARNS: Final[Mapping[str, str]] = {
    "aws:lambda/function:Function": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{{name}}",
    "aws:sfn/stateMachine:StateMachine": f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{{name}}",
    "aws:dynamodb/table:Table": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{{name}}",
    "aws:cloudwatch/logGroup:LogGroup": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{{name}}",
    "aws:iam/role:Role": f"arn:aws:iam::{ACCOUNT}:role/{{name}}",
    "aws:s3/bucket:Bucket": "arn:aws:s3:::{name}",
    "aws:sqs/queue:Queue": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{{name}}",
    "aws:cloudwatch/eventBus:EventBus": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{{name}}",
    "aws:cloudwatch/eventRule:EventRule": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{{name}}",
    "aws:secretsmanager/secret:Secret": f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:{{name}}-a1b2c3",
}


def answer(token: str, _: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a program looks up; ``KeyError`` for a look-up that is not known here."""
    return ANSWERS[token]


def made_up(type: str, name: str, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The id and the outputs of a resource."""
    cloud = _azure if type.startswith("azure-native:") else _aws
    return cloud(type, name, inputs)


def _aws(type: str, name: str, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    physical = next((inputs[key] for key in NAMES if key in inputs), f"{name}-{RANDOM}")
    outputs = {"name": physical, **inputs}
    if type == "aws:s3/bucket:Bucket":
        outputs["bucket"] = physical
    if type in ARNS:
        outputs["arn"] = ARNS[type].format(name=physical)
    if type == "aws:lambda/function:Function":
        invoke = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{outputs['arn']}:7/invocations"
        outputs |= {"version": "7", "qualifiedArn": f"{outputs['arn']}:7", "qualifiedInvokeArn": invoke}
    if inputs.get("streamEnabled"):
        outputs["streamArn"] = f"{outputs['arn']}/stream/2026-01-01T00:00:00.000"
    if type == "aws:sqs/queue:Queue":
        outputs["url"] = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{physical}"
    if type == "aws:apigatewayv2/api:Api":
        outputs["apiEndpoint"] = f"https://{physical}.execute-api.{REGION}.amazonaws.com"
        outputs["executionArn"] = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{physical}"
    return str(physical), outputs


def _azure(type: str, name: str, inputs: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    kind = type.rpartition(":")[2]
    given = [inputs[key] for key in _AZURE_NAMES.get(kind, ()) if key in inputs]
    physical = given[-1] if given else f"{name}{RANDOM}"
    outputs = {**inputs, "name": physical}
    identity = f"/subscriptions/{SUBSCRIPTION}/{kind}/{physical}"
    if kind == "ResourceGroup":
        identity = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{physical}"
    more = _AZURE_OUTPUTS.get(kind)
    return identity, outputs if more is None else {**outputs, **more(str(physical), inputs)}


def _account(name: str, _: Mapping[str, Any]) -> dict[str, Any]:
    hosts = {service: f"https://{name}.{service}.core.windows.net/" for service in ("blob", "queue", "table")}
    return {"primaryEndpoints": hosts}


def _site(name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    found = {"defaultHostName": f"{name}.azurewebsites.net"}
    return {**found, "identity": _identity(name, inputs)}


def _identity(name: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {**inputs.get("identity", {}), "principalId": f"principal-of-{name}", "tenantId": "tenant"}


_AZURE_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "ResourceGroup": ("resourceGroupName",),
    "StorageAccount": ("accountName",),
    "BlobContainer": ("containerName",),
    "WebApp": ("name",),
    "AppServicePlan": ("name",),
    "Workspace": ("workspaceName",),
    "Component": ("resourceName",),
    "RoleAssignment": ("roleAssignmentName",),
    "Scheduler": ("schedulerName",),
    "TaskHub": ("taskHubName",),
    "Queue": ("queueName",),
    "Table": ("tableName",),
    "Topic": ("topicName",),
    "SystemTopic": ("systemTopicName",),
    "EventSubscription": ("eventSubscriptionName",),
    "SystemTopicEventSubscription": ("eventSubscriptionName",),
    "Vault": ("vaultName",),
}
_AZURE_OUTPUTS: Final[Mapping[str, Callable[[str, Mapping[str, Any]], dict[str, Any]]]] = {
    "StorageAccount": _account,
    "WebApp": _site,
    "Topic": lambda name, inputs: {
        "endpoint": f"https://{name}.eventgrid.invalid/api/events",
        "identity": _identity(name, inputs),
    },
    "SystemTopic": lambda name, inputs: {"identity": _identity(name, inputs)},
    "Vault": lambda name, inputs: {
        "properties": {**inputs["properties"], "vaultUri": f"https://{name}.vault.invalid/"}
    },
    "Component": lambda name, _: {"connectionString": f"IngestionEndpoint=https://{name}.invalid/"},
    "Scheduler": lambda name, inputs: {
        "properties": {**inputs["properties"], "endpoint": f"https://{name}.durabletask.invalid"}
    },
}
