"""Event Grid: topics, topics of an account's changes, and subscriptions to both. Who runs the app delivers by them.

Source: the resource reference of Microsoft.EventGrid, learn.microsoft.com/azure/templates.
"""

from typing import Any, Final

from portable_faas_infra.emulated.azure.managed import LOCATION, Managed, identity_of
from portable_faas_infra.emulated.azure.subscription import Refused
from portable_faas_infra.emulated.properties import Properties

# What a subscription delivers, and lays down, with an identity: that of its source.
WITH_IDENTITY: Final = ("deliveryWithResourceIdentity", "deadLetterWithResourceIdentity")


class Topic(Managed):
    """A topic that an app publishes to."""

    token = "azure-native:eventgrid:Topic"
    place = "Microsoft.EventGrid/topics"
    named = "topicName"
    fixed = frozenset({"topicName", "resourceGroupName", "location", "inputSchema"})

    def made_up(self, id: str, inputs: Properties) -> Properties:
        """Its address and identity."""
        address = f"https://{inputs['topicName']}.{LOCATION}-1.eventgrid.azure.net/api/events"
        return {"endpoint": address, **identity_of(id, inputs)}


class SystemTopic(Managed):
    """What a resource tells of itself; there is one for each."""

    token = "azure-native:eventgrid:SystemTopic"
    place = "Microsoft.EventGrid/systemTopics"
    named = "systemTopicName"
    fixed = frozenset({"systemTopicName", "resourceGroupName", "location", "source", "topicType"})

    def made_up(self, id: str, inputs: Properties) -> Properties:
        """Its identity; the source has to be there, and has no other."""
        if self.subscription.get(inputs["source"]) is None:
            raise Refused(f"there is no {inputs['source']}")
        for other in self.subscription.ids():
            known = self.subscription.get(other) or {}
            if self.place.lower() in other and other != id.lower() and known.get("source") == inputs["source"]:
                raise Refused(f"{inputs['source']} has a system topic already, {other}")
        return identity_of(id, inputs)


class _ToSource(Managed):
    """A subscription to a source, which delivers into a queue of an account."""

    def made_up(self, id: str, inputs: Properties) -> Properties:
        """Nothing; but the source has an identity where that is to deliver, and the accounts are there."""
        source: Any = self.subscription.get(str(self.holder(inputs))) or {}
        for name in WITH_IDENTITY:
            if name in inputs and "principalId" not in (source.get("identity") or {}):
                raise Refused(f"{name}: {source.get('name')} has no identity")
        for place in _places(inputs):
            if self.subscription.get(place["resourceId"]) is None:
                raise Refused(f"there is no {place['resourceId']}")
        return {}


def _places(inputs: Properties) -> list[Any]:
    """Where events are delivered, and where they are laid down."""
    with_identity = (inputs.get("deliveryWithResourceIdentity") or {}).get("destination")
    laid_down = (inputs.get("deadLetterWithResourceIdentity") or {}).get("deadLetterDestination")
    found = (inputs.get("destination"), with_identity, inputs.get("deadLetterDestination"), laid_down)
    return [place for place in found if place and "resourceId" in place]


class EventSubscription(_ToSource):
    """To a topic, which is its scope."""

    token = "azure-native:eventgrid:EventSubscription"
    named = "eventSubscriptionName"
    fixed = frozenset({"eventSubscriptionName", "scope"})

    def holder(self, inputs: Properties) -> str | None:
        """What it listens to."""
        return str(inputs["scope"])

    def id(self, inputs: Properties) -> str:
        """Below that."""
        return f"{inputs['scope']}/providers/Microsoft.EventGrid/eventSubscriptions/{inputs[self.named]}"


class SystemTopicEventSubscription(_ToSource):
    """To a system topic."""

    token = "azure-native:eventgrid:SystemTopicEventSubscription"
    place = "eventSubscriptions"
    named = "eventSubscriptionName"
    parent = ("systemTopicName", SystemTopic.place)
    fixed = frozenset({"eventSubscriptionName", "systemTopicName", "resourceGroupName"})
