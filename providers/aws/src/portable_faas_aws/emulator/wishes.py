"""Reads from a signed request of an AWS client what it wants to do, in IAM's words.

POST / with X-Amz-Target: DynamoDB_20120810.UpdateItem    ->   dynamodb:UpdateItem on arn:aws:dynamodb:...:table/orders
GET /values/values/1f0c/Zk3x                              ->   s3:GetObject on arn:aws:s3:::values/values/1f0c/Zk3x

Source: "Actions, resources, and condition keys for AWS services", Service Authorization Reference.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, final
from urllib.parse import parse_qs, unquote

from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION

CREDENTIAL: Final = re.compile(r"Credential=([^/]+)/\d+/[^/]+/([^/]+)/")  # in a header, or in a signed URL
INVOKE: Final = re.compile(r"/2015-03-31/functions/([^/]+)/invocations")
OBJECTS: Final = {"GET": "GetObject", "HEAD": "GetObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
PARTS: Final = {**OBJECTS, "GET": "ListMultipartUploadParts", "POST": "PutObject", "DELETE": "AbortMultipartUpload"}
UPLOAD: Final = frozenset({"uploads", "uploadId"})  # in the query of what concerns an object that comes part by part
BY_ADDRESS: Final = frozenset({"s3", "lambda"})  # their requests say in method and address what they want
UNKNOWN: Final = "*"


@final
class Request(NamedTuple):
    """What came in over HTTP."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]  # by names in lower case
    body: bytes

    @property
    def signed(self) -> tuple[str, str] | None:
        """The access key and the service that it was signed for."""
        found = CREDENTIAL.search(self.headers.get("authorization") or unquote(self.query))
        return (found[1], found[2]) if found else None


@final
class Wish(NamedTuple):
    """One action on one resource."""

    action: str
    resource: str


def wishes(request: Request, service: str) -> list[Wish]:
    """What a request needs to be allowed, all of it."""
    if service == "s3":
        return [_object(request), *_copied(request)]
    if service == "lambda":
        return [_invocation(request)]
    body = _body(request)
    if "TransactItems" in body:  # each item needs the right of its own operation
        return [
            Wish(f"dynamodb:{what}Item", _tables(given)[0])
            for each in body["TransactItems"]
            for what, given in each.items()
        ]
    action = f"{service}:{_operation(request, body)}"
    action = BATCHES.get(action, action)
    return [Wish(action, resource) for resource in RESOURCES.get(service, _unknown)(body)]


def _object(request: Request) -> Wish:
    bucket, _, key = unquote(request.path).lstrip("/").partition("/")
    query = parse_qs(request.query, keep_blank_values=True)
    if key:
        known = PARTS if UPLOAD & query.keys() else OBJECTS
        return Wish(f"s3:{known.get(request.method, request.method)}", f"arn:aws:s3:::{bucket}/{key}")
    if request.method == "POST" and "delete" in query:
        return Wish("s3:DeleteObject", f"arn:aws:s3:::{bucket}/*")
    return Wish("s3:ListBucket" if request.method in ("GET", "HEAD") else "s3:*", f"arn:aws:s3:::{bucket}")


def _copied(request: Request) -> list[Wish]:
    """What a copy is made from."""
    source = unquote(request.headers.get("x-amz-copy-source", "")).lstrip("/")
    return [Wish("s3:GetObject", f"arn:aws:s3:::{source}")] if source else []


def _invocation(request: Request) -> Wish:
    called = INVOKE.fullmatch(unquote(request.path))
    if called is None:
        return Wish("lambda:*", UNKNOWN)
    qualifier = parse_qs(request.query).get("Qualifier", [""])[0]
    return Wish("lambda:InvokeFunction", function_arn(called[1] + (f":{qualifier}" if qualifier else "")))


def function_arn(name: str) -> str:
    """The ARN of a function that a request names by its ARN or its name."""
    return name if name.startswith("arn:") else f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def _body(request: Request) -> dict[str, Any]:
    """JSON, or a form as the older protocols have it."""
    if "json" in request.headers.get("content-type", ""):
        return dict(json.loads(request.body or b"{}"))
    return {name: values[0] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}


def _operation(request: Request, body: Mapping[str, Any]) -> str:
    target = request.headers.get("x-amz-target", "").rpartition(".")[2]
    return target or str(body.get("Action") or request.path.strip("/") or "*")


def _tables(body: Mapping[str, Any]) -> list[str]:
    names = {each["TableName"] for each in (body,) if "TableName" in each} | set(body.get("RequestItems", {}))
    arns = [_named(f"dynamodb:{REGION}:{ACCOUNT}:table/", name) for name in sorted(names)]
    return [f"{arn}/index/{body['IndexName']}" if "IndexName" in body else arn for arn in arns] or [UNKNOWN]


def _named(place: str, name: str) -> str:
    return name if name.startswith("arn:") else f"arn:aws:{place}{name}"


def _machines(body: Mapping[str, Any]) -> list[str]:
    return [str(body.get("stateMachineArn") or body.get("executionArn") or UNKNOWN)]


def _queues(body: Mapping[str, Any]) -> list[str]:
    return [f"arn:aws:sqs:{REGION}:{ACCOUNT}:{str(body.get('QueueUrl', '')).rstrip('/').rpartition('/')[2]}"]


def _buses(body: Mapping[str, Any]) -> list[str]:
    names = {each.get("EventBusName", "default") for each in body.get("Entries", [{}])}
    return [_named(f"events:{REGION}:{ACCOUNT}:event-bus/", name) for name in sorted(names)]


def _secrets(body: Mapping[str, Any]) -> list[str]:
    return [str(body.get("SecretId") or UNKNOWN)]


def _topics(body: Mapping[str, Any]) -> list[str]:
    return [str(body.get("TopicArn") or UNKNOWN)]


def _groups(body: Mapping[str, Any]) -> list[str]:
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{body.get('logGroupName', UNKNOWN)}"
    return [f"{group}:log-stream:{body['logStreamName']}" if "logStreamName" in body else group]


def _unknown(_body: Mapping[str, Any]) -> list[str]:
    return [UNKNOWN]


BATCHES: Final = {  # a batch needs the right of what it does many times ("Amazon SQS API permissions")
    "sqs:SendMessageBatch": "sqs:SendMessage",
    "sqs:DeleteMessageBatch": "sqs:DeleteMessage",
    "sqs:ChangeMessageVisibilityBatch": "sqs:ChangeMessageVisibility",
}
RESOURCES: Final[Mapping[str, Callable[[Mapping[str, Any]], list[str]]]] = {
    "dynamodb": _tables,
    "states": _machines,
    "sqs": _queues,
    "sns": _topics,
    "events": _buses,
    "logs": _groups,
    "secretsmanager": _secrets,
}
