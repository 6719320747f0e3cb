"""Queues of what could not be brought to where it belongs, with the reason in attributes of each message.

Sources: "Using dead-letter queues to process undelivered events in EventBridge", "Adding a dead-letter queue" (Lambda).
"""

from collections.abc import Mapping

from moto.sqs.models import sqs_backends

from portable_faas_aws.emulator.lambdas.sandbox import ACCOUNT, REGION


def lose(queue: str, body: str, why: Mapping[str, str]) -> None:
    """Put ``body`` into the queue with this ARN."""
    attributes = {name: {"DataType": "String", "StringValue": text} for name, text in why.items()}
    sqs_backends[ACCOUNT][REGION].send_message(queue.rpartition(":")[2], body, attributes)
