"""Rules about what brings events to functions: nothing that gets lost on the way, and nobody else who puts things in.

Sources: "Amazon SQS dead-letter queues", "Using dead-letter queues to process undelivered events in EventBridge",
docs.aws.amazon.com; "Dead letter and retry policies" (Event Grid), learn.microsoft.com.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

from portable_faas_infra.checks.outputs import made_up
from portable_faas_infra.checks.recorded import Recorded, Recording

QUEUE: Final = "aws:sqs/queue:Queue"
POLICY: Final = "aws:sqs/queuePolicy:QueuePolicy"
TARGET: Final = "aws:cloudwatch/eventTarget:EventTarget"
SCHEDULE: Final = "aws:scheduler/schedule:Schedule"
MAPPING: Final = "aws:lambda/eventSourceMapping:EventSourceMapping"
FUNCTION: Final = "aws:lambda/function:Function"
SUBSCRIPTIONS: Final = (
    "azure-native:eventgrid:EventSubscription",
    "azure-native:eventgrid:SystemTopicEventSubscription",
)
TOPIC: Final = "azure-native:eventgrid:Topic"


def dead_letters(resource: Recorded, recording: Recording) -> Iterator[str]:
    """Every source of calls keeps what it gives up."""
    inputs = resource.inputs
    if resource.type == TARGET and not inputs.get("deadLetterConfig", {}).get("arn"):
        yield "drops events that it cannot deliver"
    if resource.type == SCHEDULE:
        if not inputs["target"].get("deadLetterConfig", {}).get("arn"):
            yield "drops calls that it cannot make"
        if inputs["target"]["arn"] not in _remembering(recording):
            yield "calls a function that drops calls which failed"
    if resource.type == MAPPING and not _gives_up(resource, recording):
        yield "reads a source that gives up nothing, so a bad message comes for ever"
    if resource.type in SUBSCRIPTIONS and not (
        inputs.get("deadLetterWithResourceIdentity") or inputs.get("deadLetterDestination")
    ):
        yield "drops events that it cannot deliver"


def _gives_up(mapping: Recorded, recording: Recording) -> bool:
    """Whether what cannot be handled goes elsewhere: by the queue itself, or by who reads it."""
    onward = mapping.inputs.get("destinationConfig", {}).get("onFailure", {}).get("destinationArn")
    return bool(onward) or mapping.inputs["eventSourceArn"] in _redriven(recording)


def _redriven(recording: Recording) -> set[str]:
    return {_output(one, "arn") for one in recording.of(QUEUE) if one.inputs.get("redrivePolicy")}


def _remembering(recording: Recording) -> set[str]:
    """The versions of functions that keep failed calls which nobody waits for."""
    found = recording.of(FUNCTION)
    return {_output(one, "qualifiedArn") for one in found if one.inputs.get("deadLetterConfig", {}).get("targetArn")}


def _output(resource: Recorded, name: str) -> str:
    return str(made_up(resource.type, resource.name, resource.inputs)[1][name])


def queues_closed(resource: Recorded, recording: Recording) -> Iterator[str]:
    """Queues take TLS only, are encrypted, and let no service in but for one rule."""
    if resource.type == QUEUE:
        if resource.inputs.get("sqsManagedSseEnabled") is not True:
            yield "is not encrypted"
        url = _output(resource, "url")
        policies = [one for one in recording.of(POLICY) if one.inputs["queueUrl"] == url]
        if not any(_denies_plain(one) for one in policies):
            yield "takes requests without TLS"
    if resource.type == POLICY:
        for statement in json.loads(resource.inputs["policy"])["Statement"]:
            if statement["Effect"] == "Allow" and "aws:SourceArn" not in json.dumps(statement.get("Condition", {})):
                yield "lets others in than one rule"


def _denies_plain(policy: Recorded) -> bool:
    statements: list[dict[str, Any]] = json.loads(policy.inputs["policy"])["Statement"]
    return any(
        one["Effect"] == "Deny" and one.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport") == "false"
        for one in statements
    )


def topics_closed(resource: Recorded, _: Recording) -> Iterator[str]:
    """Nobody publishes to a topic with a key."""
    if resource.type == TOPIC and resource.inputs.get("disableLocalAuth") is not True:
        yield "takes keys"


EVENTS: Final = {"dead-letters": dead_letters, "queues-closed": queues_closed, "topics-closed": topics_closed}
