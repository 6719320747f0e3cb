"""A log group that keeps for so long; it is ours, so a role may write to it and to no other, and it can be removed."""

from typing import Any

import pulumi
from pulumi_aws import cloudwatch

from portable_faas_infra.aws.policy import Statement
from portable_faas_infra.deployment import Deployment


def log_group(name: str, group: str, deployment: Deployment, opts: pulumi.ResourceOptions) -> Any:
    """The log group called ``group``."""
    days = deployment.settings.retention
    return cloudwatch.LogGroup(name, name=group, retention_in_days=days, tags=deployment.tags, opts=opts)


def may_write(group: Any) -> Statement:
    """What a function needs to write into it."""
    return Statement("Logs", ("logs:CreateLogStream", "logs:PutLogEvents"), (pulumi.Output.concat(group.arn, ":*"),))
