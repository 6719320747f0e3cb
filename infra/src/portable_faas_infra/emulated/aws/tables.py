"""DynamoDB: tables."""

from collections.abc import Iterable
from typing import Any

from portable_faas_infra.emulated.aws.account import tag_list, tags_gone
from portable_faas_infra.emulated.aws.kinds import AWSKind, unless_gone, whole
from portable_faas_infra.emulated.kind import Made
from portable_faas_infra.emulated.properties import Properties
from portable_faas_infra.emulated.state import Resource


class Table(AWSKind):
    """A table with a partition key, and a sort key or not."""

    token = "aws:dynamodb/table:Table"
    properties = frozenset(
        {
            "name",
            "attributes",
            "hashKey",
            "rangeKey",
            "billingMode",
            "ttl",
            "pointInTimeRecovery",
            "serverSideEncryption",
            "deletionProtectionEnabled",
            "streamEnabled",
            "streamViewType",
            "tags",
        }
    )
    fixed = frozenset({"name", "hashKey", "rangeKey"})
    named = "name"

    def create(self, inputs: Properties) -> Made:
        """Create it, then switch on what CreateTable does not take."""
        client, name = self.client("dynamodb"), inputs["name"]
        table = client.create_table(**_request(inputs))["TableDescription"]
        with whole(lambda: client.delete_table(TableName=name)):
            self._switch(name, inputs, ("ttl", "pointInTimeRecovery"))
        outputs = {"arn": table["TableArn"], "streamArn": table.get("LatestStreamArn", "")}
        return Made(name, {**inputs, **outputs})

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Change billing, streams, protection, expiry and tags."""
        client, name = self.client("dynamodb"), str(made.id)
        parts = {"billingMode", "streamEnabled", "streamViewType", "deletionProtectionEnabled", "serverSideEncryption"}
        if changed & parts:
            request = _request(inputs)
            for fixed in ("KeySchema", "Tags"):
                request.pop(fixed)
            client.update_table(**request)
        self._switch(name, inputs, changed)
        if gone := tags_gone(made.inputs, inputs):
            client.untag_resource(ResourceArn=made.outputs["arn"], TagKeys=gone)
        if "tags" in changed and inputs.get("tags"):
            client.tag_resource(ResourceArn=made.outputs["arn"], Tags=tag_list(inputs["tags"]))
        stream = client.describe_table(TableName=name)["Table"].get("LatestStreamArn", "")
        return {**made.outputs, **inputs, "streamArn": stream}

    def _switch(self, name: str, inputs: Properties, parts: Iterable[str]) -> None:
        client = self.client("dynamodb")
        if "ttl" in parts and (ttl := inputs.get("ttl")):
            specification = {"Enabled": ttl.get("enabled", False), "AttributeName": ttl.get("attributeName", "")}
            client.update_time_to_live(TableName=name, TimeToLiveSpecification=specification)
        if "pointInTimeRecovery" in parts and (recovery := inputs.get("pointInTimeRecovery")):
            wanted = {"PointInTimeRecoveryEnabled": recovery["enabled"]}
            client.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=wanted)

    def delete(self, made: Resource) -> None:
        """Delete it."""
        with unless_gone():
            self.client("dynamodb").delete_table(TableName=made.id)


def _request(inputs: Properties) -> dict[str, Any]:
    keys = [{"AttributeName": inputs["hashKey"], "KeyType": "HASH"}]
    if inputs.get("rangeKey"):
        keys.append({"AttributeName": inputs["rangeKey"], "KeyType": "RANGE"})
    request: dict[str, Any] = {
        "TableName": inputs["name"],
        "KeySchema": keys,
        "AttributeDefinitions": [
            {"AttributeName": each["name"], "AttributeType": each["type"]} for each in inputs["attributes"]
        ],
        "BillingMode": inputs.get("billingMode", "PROVISIONED"),
        "DeletionProtectionEnabled": bool(inputs.get("deletionProtectionEnabled")),
        "Tags": tag_list(inputs.get("tags")),
    }
    if inputs.get("streamEnabled"):
        request["StreamSpecification"] = {"StreamEnabled": True, "StreamViewType": inputs["streamViewType"]}
    if inputs.get("serverSideEncryption"):
        request["SSESpecification"] = {"Enabled": inputs["serverSideEncryption"]["enabled"]}
    return request
