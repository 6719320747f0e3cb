"""IAM policies as data: statements that name their actions and resources.

document([Statement("Values", ["s3:GetObject"], [arn])])   ->   {"Version": "2012-10-17", "Statement": [...]}

Source: "IAM JSON policy elements reference", docs.aws.amazon.com.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, final

import pulumi

VERSION: Final = "2012-10-17"


@final
class Statement(NamedTuple):
    """Allows ``actions`` on ``resources``; ``sid`` is unique in its policy."""

    sid: str
    actions: Sequence[str]
    resources: Sequence[pulumi.Input[str]]

    def written(self) -> dict[str, Any]:
        """As IAM reads it."""
        return {
            "Sid": self.sid,
            "Effect": "Allow",
            "Action": list(self.actions),
            "Resource": list(self.resources),
        }


def document(statements: Sequence[Statement]) -> pulumi.Output[str]:
    """The policy as JSON."""
    return pulumi.Output.json_dumps({"Version": VERSION, "Statement": [one.written() for one in statements]})


def trust(service: str, condition: Mapping[str, Any] | None = None) -> pulumi.Output[str]:
    """Who may act as a role: one service of AWS, under a condition."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    found = {**statement, "Condition": condition} if condition else statement
    return pulumi.Output.json_dumps({"Version": VERSION, "Statement": [found]})


def only_tls(actions: str, resources: Sequence[pulumi.Input[str]]) -> dict[str, Any]:
    """A statement of a resource's own policy: nobody may do anything without TLS."""
    return {
        "Sid": "OnlyTls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": actions,
        "Resource": list(resources),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


# X-Ray and the delivery of logs know no resources ("Service Authorization Reference": X-Ray, CloudWatch Logs).
TRACES: Final = Statement("Traces", ("xray:PutTraceSegments", "xray:PutTelemetryRecords"), ("*",))
SAMPLED_TRACES: Final = Statement(
    "Traces", (*TRACES.actions, "xray:GetSamplingRules", "xray:GetSamplingTargets"), ("*",)
)
LOG_DELIVERY: Final = Statement(
    "LogDelivery",
    (
        "logs:CreateLogDelivery",
        "logs:GetLogDelivery",
        "logs:UpdateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:DescribeResourcePolicies",
        "logs:DescribeLogGroups",
    ),
    ("*",),
)
