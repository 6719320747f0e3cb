"""SQS: queues."""

from typing import Any, Final

from portable_faas_infra.emulated.aws.account import tags_gone
from portable_faas_infra.emulated.aws.kinds import AWSKind, unless_gone
from portable_faas_infra.emulated.kind import Made
from portable_faas_infra.emulated.properties import Properties
from portable_faas_infra.emulated.state import Resource

ATTRIBUTES: Final = {
    "visibilityTimeoutSeconds": "VisibilityTimeout",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "delaySeconds": "DelaySeconds",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "maxMessageSize": "MaximumMessageSize",
    "redrivePolicy": "RedrivePolicy",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "policy": "Policy",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
    "fifoQueue": "FifoQueue",
    "contentBasedDeduplication": "ContentBasedDeduplication",
}


class Queue(AWSKind):
    """A queue; its id is its URL."""

    token = "aws:sqs/queue:Queue"
    properties = frozenset({*ATTRIBUTES, "name", "tags"})
    fixed = frozenset({"name", "fifoQueue"})
    named = "name"

    def create(self, inputs: Properties) -> Made:
        """Create it."""
        client, name = self.client("sqs"), inputs["name"]
        attributes, tags = _attributes(inputs), inputs.get("tags") or {}
        url = client.create_queue(QueueName=name, Attributes=attributes, tags=tags)["QueueUrl"]
        return Made(url, {**inputs, "url": url, "arn": self.arn("sqs", name)})

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Change attributes and tags."""
        client = self.client("sqs")
        if attributes := _attributes({name: value for name, value in inputs.items() if name in changed}):
            client.set_queue_attributes(QueueUrl=made.id, Attributes=attributes)
        if gone := tags_gone(made.inputs, inputs):
            client.untag_queue(QueueUrl=made.id, TagKeys=gone)
        if "tags" in changed and inputs.get("tags"):
            client.tag_queue(QueueUrl=made.id, Tags=inputs["tags"])
        return {**made.outputs, **inputs}

    def delete(self, made: Resource) -> None:
        """Delete it with what is in it."""
        with unless_gone():
            self.client("sqs").delete_queue(QueueUrl=made.id)


def _attributes(inputs: Properties) -> dict[str, str]:
    return {ATTRIBUTES[name]: _text(value) for name, value in inputs.items() if name in ATTRIBUTES}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


class Policy(AWSKind):
    """Who may do what with a queue; its id is the queue's."""

    token = "aws:sqs/queuePolicy:QueuePolicy"
    properties = frozenset({"queueUrl", "policy"})
    fixed = frozenset({"queueUrl"})

    def create(self, inputs: Properties) -> Made:
        """Write it."""
        self._put(inputs["queueUrl"], inputs["policy"])
        return Made(inputs["queueUrl"], dict(inputs))

    def update(self, made: Resource, inputs: Properties, changed: frozenset[str]) -> Properties:
        """Write it anew."""
        self._put(inputs["queueUrl"], inputs["policy"])
        return dict(inputs)

    def _put(self, queue: str, policy: str) -> None:
        self.client("sqs").set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})

    def delete(self, made: Resource) -> None:
        """Take it back."""
        with unless_gone():
            self._put(str(made.id), "")
