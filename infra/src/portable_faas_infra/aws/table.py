"""A table of DynamoDB that is paid by request and can be put back to any second of the last 35 days.

{"kind": "table", "name": "instances", "key": "id"}   ->   a table with the partition key `id`, a text
"""

from collections.abc import Mapping
from typing import Final, final

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


@final
class Table(pulumi.ComponentResource):
    """Protected twice where data is protected: by Pulumi, and by DynamoDB itself."""

    may: Final = tuple(ACTIONS)

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
            point_in_time_recovery=dynamodb.TablePointInTimeRecoveryArgs(enabled=True),
            deletion_protection_enabled=protect,
            tags=deployment.tags,
            opts=pulumi.ResourceOptions(parent=self, protect=protect),
        )
        self.name: pulumi.Output[str] = made.name
        self.arn: pulumi.Output[str] = made.arn
        self.register_outputs({"name": self.name, "arn": self.arn})

    def statement(self, permission: Part) -> Statement:
        """What ``may`` means on this table."""
        return Statement(f"Table{sid(permission['name'])}", [ACTIONS[verb] for verb in permission["may"]], (self.arn,))
