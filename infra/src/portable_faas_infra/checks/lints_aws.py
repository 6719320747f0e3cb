"""Rules about AWS: policies, limits of Lambda, logs and traces, what is open to the world.

Sources: "Service Authorization Reference", "Lambda quotas", docs.aws.amazon.com.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from portable_faas_infra.checks.recorded import Recorded, Recording

FUNCTION: Final = "aws:lambda/function:Function"
GROUP: Final = "aws:cloudwatch/logGroup:LogGroup"
POLICIES: Final = ("aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy")
MACHINE: Final = "aws:sfn/stateMachine:StateMachine"
BUCKET: Final = "aws:s3/bucket:Bucket"
BLOCK: Final = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
# Actions that know no resource, with the reason why they may stand beside "*".
ANYWHERE: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
        ),
        "X-Ray has no resource for segments and sampling",
    ),
    **dict.fromkeys(
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
        "the delivery of logs of a service has no resource",
    ),
    **dict.fromkeys(
        ("states:SendTaskSuccess", "states:SendTaskFailure"),
        "a Task that waits has no ARN; its token, which only its run and the rows of its app know, names it",
    ),
}
# A wildcard at the end of one resource: versions of a function, streams of a log group, runs of a machine, objects of a
# bucket.
PARTS: Final = re.compile(
    r"arn:aws:(?:lambda:[^*]+:function:[^*:]+:\*|logs:[^*]+:log-group:[^*]+:\*|states:[^*]+:execution:[^*:]+:\*|s3:::[^*/]+/[^*]*\*)"
)
MEMORY: Final = range(128, 10240 + 1)
TIMEOUT: Final = range(1, 900 + 1)


def iam_wildcard(resource: Recorded, _: Recording) -> Iterator[str]:
    """Policies name their actions, and their resources too, but for actions that know none."""
    if resource.type in POLICIES:
        for statement in json.loads(resource.inputs["policy"])["Statement"]:
            if statement["Effect"] == "Allow":
                yield from _wildcards(statement)


def _wildcards(statement: Mapping[str, Any]) -> Iterator[str]:
    actions, resources = _listed(statement["Action"]), _listed(statement["Resource"])
    yield from (f"allows {action}" for action in actions if "*" in action)
    for one in resources:
        if one == "*":
            yield from (f"allows {action} on every resource" for action in actions if action not in ANYWHERE)
        elif "*" in one and not PARTS.fullmatch(one):
            yield f"allows {', '.join(actions)} on {one}"


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else value


def lambda_limits(resource: Recorded, _: Recording) -> Iterator[str]:
    """Memory and time-out are what Lambda takes."""
    if resource.type == FUNCTION:
        memory, timeout = resource.inputs.get("memorySize", 128), resource.inputs.get("timeout", 3)
        if memory not in MEMORY:
            yield f"has {memory} MiB, and Lambda {MEMORY.start} to {MEMORY.stop - 1}"
        if timeout not in TIMEOUT:
            yield f"has {timeout} s, and Lambda {TIMEOUT.start} to {TIMEOUT.stop - 1}"


def logs_end(resource: Recorded, recording: Recording) -> Iterator[str]:
    """Logs are kept for so long, and those of a function go to a group of ours."""
    if resource.type == GROUP and not resource.inputs.get("retentionInDays"):
        yield "keeps logs for ever"
    if resource.type == FUNCTION:
        group = resource.inputs.get("loggingConfig", {}).get("logGroup")
        if group not in {one.inputs.get("name") for one in recording.of(GROUP)}:
            yield f"writes to the log group {group!r}, which is not among the resources"


def machine_logs(resource: Recorded, _: Recording) -> Iterator[str]:
    """A machine logs its failures, and not what it computes with."""
    if resource.type == MACHINE:
        logging = resource.inputs.get("loggingConfiguration", {})
        if logging.get("level", "OFF") == "OFF" or not logging.get("logDestination"):
            yield "has no log"
        if logging.get("includeExecutionData"):
            yield "writes data of users to its log"


def buckets_closed(resource: Recorded, recording: Recording) -> Iterator[str]:
    """Every bucket is closed to the public."""
    if resource.type == BUCKET:
        blocks = [one for one in recording.of(BLOCK) if one.parent == resource.parent]
        names = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
        if not any(all(block.inputs.get(name) is True for name in names) for block in blocks):
            yield "may be opened to the public"


AWS: Final = {
    "iam-wildcard": iam_wildcard,
    "lambda-limits": lambda_limits,
    "logs-end": logs_end,
    "machine-logs": machine_logs,
    "buckets-closed": buckets_closed,
}
