"""Reads the topics and subscriptions of Event Grid off a deployment, with what their identities may do.

EventSubscription orders-dev-pack, scope .../topics/orders-dev-shipped1f, filter ...   ->   Subscription(...)
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, final

from portable_faas.provisioner import Resource
from portable_faas_azure.emulator.deployed import NAMES, Site, account_id
from portable_faas_azure.emulator.provided import CHANGES, Filter, Provided, Subscription, Topic
from portable_faas_azure.emulator.rights import (
    PUBLISHES,
    SENDS,
    WRITES_BLOBS,
    NotRunnable,
    Rights,
    identity_of,
    of_type,
)
from portable_faas_azure.runtime.names import TOPIC

SCHEMA: Final = "CloudEventSchemaV1_0"
QUEUE: Final = "{account}/queueServices/default/queues/{name}"
CONTAINER: Final = "{account}/blobServices/default/containers/{name}"


def provided(resources: Sequence[Resource], site: Site) -> Provided:
    """What stands around the function app ``site``. ``NotRunnable`` if it knows a topic that there is not."""
    rights = Rights(resources)
    topics = of_type(resources, ":eventgrid:Topic")
    opened = (Topic(str(one["name"]), _closed(rights, site, one)) for one in topics)
    account = account_id(resources, site.own or "")
    found = _Sources(resources, rights, account).subscriptions()
    return Provided(account, tuple(opened), tuple(found), tuple(_addresses(site, topics)))


def _closed(rights: Rights, site: Site, topic: Mapping[str, Any]) -> str:
    lacking = rights.lacking(site.principal, PUBLISHES, str(topic["id"]))
    return f"the identity of the app lacks the role {lacking} on topic {topic['name']}" if lacking else ""


def _addresses(site: Site, topics: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    known = {topic["endpoint"]: str(topic["name"]) for topic in topics}
    for setting, value in site.settings.items():
        if setting.startswith(TOPIC):
            if value not in known:
                raise NotRunnable(f"setting {setting} is the address of no topic that was deployed: {value!r}")
            yield setting, known[value]


@final
class _Sources:
    """The sources of a deployment, of which those count that tell of the app's topics or of its ``account``."""

    def __init__(self, resources: Sequence[Resource], rights: Rights, account: str) -> None:
        self._resources = resources
        self._rights = rights
        self._account = account

    def subscriptions(self) -> Iterator[Subscription]:
        """Those that deliver into queues of storage accounts."""
        topics = {str(one["id"]).lower(): one for one in of_type(self._resources, ":eventgrid:Topic")}
        for one in of_type(self._resources, ":eventgrid:EventSubscription"):
            topic = topics.get(one["scope"].lower())
            if topic is not None:
                yield self._subscription(one, str(topic["name"]), topic)
        changes = {str(one["name"]): one for one in of_type(self._resources, ":eventgrid:SystemTopic")}
        for one in of_type(self._resources, ":eventgrid:SystemTopicEventSubscription"):
            source = changes.get(one["systemTopicName"])
            if source is not None and source["source"].lower() == self._account.lower():
                yield self._subscription(one, CHANGES, source)

    def _subscription(self, one: Mapping[str, Any], name: str, source: Mapping[str, Any]) -> Subscription:
        if one.get("eventDeliverySchema") != SCHEMA:
            raise NotRunnable(f"subscription {one['name']} delivers in the schema {one.get('eventDeliverySchema')}")
        to = _by_identity(one, "deliveryWithResourceIdentity", "destination", "StorageQueue")
        queue = QUEUE.format(account=to["resourceId"], name=to["queueName"])
        lacking = self._rights.lacking(identity_of(source), SENDS, queue)
        barred = f"the identity of {source['name']} lacks the role {lacking}" if lacking else ""
        there = _named("queues", to["resourceId"], queue=to["queueName"])
        return Subscription(str(one["name"]), name, _filter(one), there, barred, self._letters(one, source))

    def _letters(self, one: Mapping[str, Any], source: Mapping[str, Any]) -> str:
        """The container of what cannot be delivered, if the source's identity may write there."""
        if not one.get("deadLetterWithResourceIdentity"):
            return ""
        to = _by_identity(one, "deadLetterWithResourceIdentity", "deadLetterDestination", "StorageBlob")
        container = CONTAINER.format(account=to["resourceId"], name=to["blobContainerName"])
        if self._rights.lacking(identity_of(source), WRITES_BLOBS, container):
            return ""
        return _named("containers", to["resourceId"], container=to["blobContainerName"])


def _by_identity(one: Mapping[str, Any], how: str, what: str, kind: str) -> Mapping[str, Any]:
    to: Mapping[str, Any] = (one.get(how) or {}).get(what) or {}
    if to.get("endpointType") != kind:
        raise NotRunnable(f"subscription {one['name']}: {how} names no {kind}, which is all that is emulated")
    return to


def _named(what: str, account: str, **name: str) -> str:
    return NAMES[what].format(account=account.rpartition("/")[2], **name)


def _filter(one: Mapping[str, Any]) -> Filter:
    given: Mapping[str, Any] = one.get("filter") or {}
    types = given.get("includedEventTypes")
    advanced = given.get("advancedFilters") or []
    other = [each["operatorType"] for each in advanced if each["operatorType"] != "StringIn"]
    if other:
        raise NotRunnable(f"subscription {one['name']} filters by {other[0]}, which is not emulated")
    return Filter(
        None if types is None else tuple(types),
        tuple((str(each["key"]), tuple(each["values"])) for each in advanced),
        given.get("subjectBeginsWith") or "",
        given.get("subjectEndsWith") or "",
        bool(given.get("isSubjectCaseSensitive")),
    )
