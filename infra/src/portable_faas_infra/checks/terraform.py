"""Writes what a program asks of AWS as a Terraform plan, which scanners read.

aws:dynamodb/table:Table, hashKey "id"   ->   aws_dynamodb_table, hash_key "id"

pulumi-aws is made from Terraform's provider, so names follow by rule; the few that do not are listed.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

import pulumi

from portable_faas_infra.checks.recorded import Recorded, Recording

PROVIDER: Final = "registry.terraform.io/hashicorp/aws"
MAPS: Final = frozenset({"tags", "variables"})  # objects with names of the user's; all others are blocks, in a list
TYPES: Final[Mapping[str, str]] = {
    "aws:cloudwatch/logGroup:LogGroup": "aws_cloudwatch_log_group",
    "aws:s3/bucket:Bucket": "aws_s3_bucket",
    "aws:s3/bucketObjectv2:BucketObjectv2": "aws_s3_object",
}
BLOCKS: Final[Mapping[str, str]] = {"attributes": "attribute", "rules": "rule"}  # singular in Terraform
REFERENCES: Final = ("bucket",)  # properties that scanners follow to another resource


def plan(recording: Recording) -> dict[str, Any]:
    """The plan that creates all of it."""
    resources = [_resource(one) for one in recording.resources if one.custom and one.type.startswith("aws:")]
    configured = [{**_address(one), "expressions": _expressions(one, resources)} for one in resources]
    return {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {"resources": resources}},
        "resource_changes": [
            {**_address(one), "change": {"actions": ["create"], "before": None, "after": one["values"]}}
            for one in resources
        ],
        "configuration": {"root_module": {"resources": configured}},
    }


def _resource(resource: Recorded) -> dict[str, Any]:
    type = terraform_type(resource.type)
    name = re.sub(r"[^A-Za-z0-9_-]", "_", resource.name)
    return {
        "address": f"{type}.{name}",
        "mode": "managed",
        "type": type,
        "name": name,
        "provider_name": PROVIDER,
        "schema_version": 0,
        "values": {_property(key): _value(key, value) for key, value in resource.inputs.items()},
    }


def terraform_type(token: str) -> str:
    """The type's name in Terraform."""
    if token in TYPES:
        return TYPES[token]
    _, module, name = token.split(":")
    return f"aws_{module.partition('/')[0]}_{_snake(name)}"


def _address(resource: Mapping[str, Any]) -> dict[str, Any]:
    return {name: resource[name] for name in ("address", "mode", "type", "name", "provider_name")}


def _expressions(resource: Mapping[str, Any], every: list[dict[str, Any]]) -> dict[str, Any]:
    """Which resource a property stands for: a scanner joins a bucket and its settings by it."""
    buckets = [one for one in every if one["type"] == "aws_s3_bucket" and one is not resource]
    return {
        name: {"references": [f"{bucket['address']}.id", bucket["address"]]}
        for name in REFERENCES
        for bucket in buckets
        if str(resource["values"].get(name)).startswith(bucket["name"])
    }


def _value(key: str, value: Any) -> Any:
    if isinstance(value, pulumi.Asset | pulumi.Archive):
        return None
    if isinstance(value, dict):
        return value if key in MAPS else [{_property(name): _value(name, item) for name, item in value.items()}]
    if isinstance(value, list):
        return [part for item in value for part in (_value(key, item) if isinstance(item, dict) else [item])]
    return value


def _property(name: str) -> str:
    return BLOCKS.get(name, _snake(name))


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
