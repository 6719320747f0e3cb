"""A table of DynamoDB that is paid by request and can be put back to any second of the last 35 days.

{"kind": "table", "name": "instances", "key": "id"}   ->   a table with the partition key `id`, a text

With "stream": true it has a stream of the new images of its items.
"""

from collections.abc import Mapping
from typing import Any, Final, final

import pulumi
from pulumi_aws import dynamodb

from portable_faas.manifest import Part
from portable_faas_infra.aws.bucket import sid
from portable_faas_infra.aws.policy import Statement
from portable_faas_infra.deployment import Deployment

ACTIONS: Final[Mapping[str, str]] = {
    "get": "dynamodb:GetItem",
    "put": "dynamodb:PutItem",
    "update": "dynamodb:UpdateItem",
    "delete": "dynamodb:DeleteItem",
    "query": "dynamodb:Query",
}
STREAM: Final = "stream"
# "Using AWS Lambda with Amazon DynamoDB", execution role permissions.
READ: Final = ("dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams")


@final
class Table(pulumi.ComponentResource):
    """Protected twice where data is protected: by Pulumi, and by DynamoDB itself."""

    may: Final = (*ACTIONS, STREAM)

    def __init__(self, part: Part, deployment: Deployment, opts: pulumi.ResourceOptions) -> None:
        name = deployment.name(part["name"])
        super().__init__("portable-faas:aws:Table", name, None, opts)
        protect = deployment.settings.protect
        made = dynamodb.Table(
            name,
            name=name,
            billing_mode="PAY_PER_REQUEST",
            hash_key=part["key"],
            attributes=[dynamodb.TableAttributeArgs(name=part["key"], type="S")],
            ttl=_ttl(part),
            stream_enabled=True if part.get(STREAM) else None,
            stream_view_type="NEW_IMAGE" if part.get(STREAM) else None,
            point_in_time_recovery=dynamodb.TablePointInTimeRecoveryArgs(enabled=True),
            deletion_protection_enabled=protect,
            tags=deployment.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=protect),
        )
        self.name: pulumi.Output[str] = made.name
        self.arn: pulumi.Output[str] = made.arn
        self.stream: pulumi.Output[str] = made.stream_arn
        self.references: Mapping[str, pulumi.Output[str]] = {f"table:{part['name']}": self.name}
        self.register_outputs({"name": self.name, "arn": self.arn})

    def statements(self, permission: Part) -> list[Statement]:
        """What ``may`` means on this table."""
        name, may = sid(permission["name"]), permission["may"]
        actions = [ACTIONS[verb] for verb in may if verb in ACTIONS]
        own = [Statement(f"Table{name}", actions, (self.arn,))] if actions else []
        return [*own, Statement(f"Stream{name}", READ, (self.stream,))] if STREAM in may else own


def _ttl(part: Part) -> Any:
    """The attribute that says when a row may be forgotten, in seconds since 1970, where there is one."""
    named = part.get("expires")
    return None if named is None else dynamodb.TableTtlArgs(attribute_name=named, enabled=True)
