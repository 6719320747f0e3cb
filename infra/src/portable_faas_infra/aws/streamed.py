"""The stream of a table that Lambda reads for a function, where an attribute of an item says that it is of interest.

{"kind": "stream", "table": "instances", "having": "bells"}   ->   images in which `bells` is true

What cannot be handled within the day that a stream keeps it goes into a queue, as a reference to it. Sources: "Using
AWS Lambda with Amazon DynamoDB", "Control which events Lambda sends to your function", docs.aws.amazon.com.
"""

import json
from typing import Any, Final

import pulumi
from pulumi_aws import lambda_

from portable_faas.manifest import Part
from portable_faas_infra.aws.function import Function
from portable_faas_infra.aws.table import Table
from portable_faas_infra.deployment import Deployment

BATCH: Final = 100  # images of one call at most


def streamed(
    name: str,
    trigger: Part,
    deployment: Deployment,
    function: Function,
    table: Table,
    missed: Any,
    opts: pulumi.ResourceOptions,
) -> Any:
    """The mapping of a stream to the version of a function that this release has."""
    pattern = json.dumps({"dynamodb": {"NewImage": {trigger["having"]: {"BOOL": [True]}}}})
    on_failure = lambda_.EventSourceMappingDestinationConfigOnFailureArgs(destination_arn=missed.arn)
    return lambda_.EventSourceMapping(
        deployment.name(name),
        event_source_arn=table.stream,
        function_name=function.version,
        starting_position="TRIM_HORIZON",
        batch_size=BATCH,
        filter_criteria=lambda_.EventSourceMappingFilterCriteriaArgs(
            filters=[lambda_.EventSourceMappingFilterCriteriaFilterArgs(pattern=pattern)]
        ),
        destination_config=lambda_.EventSourceMappingDestinationConfigArgs(on_failure=on_failure),
        tags=deployment.tags,
        opts=opts,
    )
