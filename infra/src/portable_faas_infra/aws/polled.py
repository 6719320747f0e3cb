"""A queue that Lambda polls for a function, which says of each message of a batch whether it failed.

Source: "Using Lambda with Amazon SQS", docs.aws.amazon.com.
"""

from typing import Any, Final

import pulumi
from pulumi_aws import lambda_

from portable_faas.manifest import Part
from portable_faas_infra.aws.function import Function
from portable_faas_infra.aws.queue import Queue
from portable_faas_infra.deployment import Deployment

STANDARD: Final = 10  # messages of a batch above which Lambda has to be told how long to gather them
GATHERED: Final = 1  # seconds


def polled(
    name: str, trigger: Part, deployment: Deployment, function: Function, queue: Queue, opts: pulumi.ResourceOptions
) -> Any:
    """The mapping of a queue to the version of a function that this release has."""
    size = trigger.get("batch") or 1
    return lambda_.EventSourceMapping(
        deployment.name(name),
        event_source_arn=queue.arn,
        function_name=function.version,
        batch_size=size,
        maximum_batching_window_in_seconds=GATHERED if size > STANDARD else 0,
        function_response_types=["ReportBatchItemFailures"],
        tags=deployment.tags,
        opts=opts,
    )
