"""Subscriptions of Event Grid: each brings what a trigger asks for to the queue of its function.

{"kind": "blob", "bucket": "photos", "prefix": "in/", "suffix": ".png", "change": "created", "queue": "blob-arrived-1f"}

A queue needs no handshake and no code that is there already, and what cannot be delivered becomes a blob. Sources:
"Event filtering for Event Grid subscriptions", "Dead letter and retry policies", learn.microsoft.com.
"""

from collections.abc import Mapping
from typing import Any, Final

import pulumi
from pulumi_azure_native import eventgrid

from portable_faas.manifest import Part
from portable_faas_infra.azure.names import dashed
from portable_faas_infra.azure.stored import LETTERS
from portable_faas_infra.azure.topic import OWN, SCHEMA, Changes, Topic
from portable_faas_infra.deployment import Deployment

CHANGES: Final[Mapping[str, str]] = {
    "created": "Microsoft.Storage.BlobCreated",
    "deleted": "Microsoft.Storage.BlobDeleted",
}
TRIES: Final = 30
MINUTES: Final = 24 * 60
FOREVER: Final = -1  # seconds that a message lies in the queue


def subscribed(
    function: str,
    trigger: Part,
    deployment: Deployment,
    account: pulumi.Input[str],
    topic: Topic,
    opts: pulumi.ResourceOptions,
) -> Any:
    """To events of a topic of the app's."""
    name = f"{dashed(deployment)}-{function}"
    included = None if trigger["type"] is None else [trigger["type"]]
    wanted = [
        eventgrid.StringInAdvancedFilterArgs(operator_type="StringIn", key=key, values=[value])
        for key, value in sorted(trigger["attributes"].items())
    ]
    chosen = eventgrid.EventSubscriptionFilterArgs(included_event_types=included, advanced_filters=wanted or None)
    return eventgrid.EventSubscription(
        name,
        scope=topic.id,
        event_subscription_name=_plain(name),
        filter=chosen,
        **_delivered(trigger["queue"], account),
        opts=opts,
    )  # fmt: skip


def watching(
    function: str,
    trigger: Part,
    deployment: Deployment,
    group: pulumi.Input[str],
    account: pulumi.Input[str],
    changes: Changes,
    opts: pulumi.ResourceOptions,
) -> Any:
    """To changes of the objects of a bucket."""
    name = f"{dashed(deployment)}-{function}"
    chosen = eventgrid.EventSubscriptionFilterArgs(
        included_event_types=[CHANGES[trigger["change"]]],
        subject_begins_with=f"/blobServices/default/containers/{trigger['bucket']}/blobs/{trigger['prefix']}",
        subject_ends_with=trigger["suffix"] or None,
        is_subject_case_sensitive=True,
    )
    return eventgrid.SystemTopicEventSubscription(
        name,
        resource_group_name=group,
        system_topic_name=changes.name,
        event_subscription_name=_plain(name),
        filter=chosen,
        **_delivered(trigger["queue"], account),
        opts=opts,
    )  # fmt: skip


def _delivered(queue: str, account: pulumi.Input[str]) -> dict[str, Any]:
    identity = eventgrid.EventSubscriptionIdentityArgs(type=OWN)
    return {
        "event_delivery_schema": SCHEMA,
        "delivery_with_resource_identity": eventgrid.DeliveryWithResourceIdentityArgs(
            identity=identity,
            destination=eventgrid.StorageQueueEventSubscriptionDestinationArgs(
                endpoint_type="StorageQueue",
                resource_id=account,
                queue_name=queue,
                queue_message_time_to_live_in_seconds=FOREVER,
            ),
        ),
        "dead_letter_with_resource_identity": eventgrid.DeadLetterWithResourceIdentityArgs(
            identity=identity,
            dead_letter_destination=eventgrid.StorageBlobDeadLetterDestinationArgs(
                endpoint_type="StorageBlob", resource_id=account, blob_container_name=LETTERS
            ),
        ),
        "retry_policy": eventgrid.RetryPolicyArgs(max_delivery_attempts=TRIES, event_time_to_live_in_minutes=MINUTES),
    }


def _plain(name: str) -> str:
    """Subscriptions have letters, digits and '-' only."""
    return name.replace("_", "-")
