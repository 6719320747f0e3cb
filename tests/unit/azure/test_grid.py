"""Event Grid on this machine: filters, what a deployment says of subscriptions, and events that cannot be delivered."""

import json
import logging
from collections.abc import AsyncIterator, Mapping
from typing import Any
from uuid import uuid4

import pytest
from portable_faas_azure.emulator.clock import Clock
from portable_faas_azure.emulator.deployed import Site
from portable_faas_azure.emulator.grid import Grid
from portable_faas_azure.emulator.provided import CHANGES, Filter, Provided, Subscription, Topic
from portable_faas_azure.emulator.rights import NotRunnable
from portable_faas_azure.emulator.subscribed import provided
from portable_faas_azure.runtime.names import CONNECTION, Names
from portable_faas_azure.runtime.storage import Storage

from portable_faas.provisioner import Resource

EVENT = {"specversion": "1.0", "id": "1", "source": "/s", "type": "Shipped", "subject": "/in/A.png", "country": "NO"}


@pytest.mark.parametrize(
    ("filter", "takes"),
    [
        (Filter(), True),
        (Filter(("shipped", "other")), True),
        (Filter(("other",)), False),
        (Filter(None, (("country", ("no", "se")),)), True),
        (Filter(None, (("country", ("se",)),)), False),
        (Filter(None, (("city", ("oslo",)),)), False),
        (Filter(begins="/IN/", ends=".PNG"), True),
        (Filter(begins="/IN/", cased=True), False),
        (Filter(begins="/in/", ends=".png", cased=True), True),
        (Filter(begins="/out/"), False),
        (Filter(ends=".jpg"), False),
    ],
)
def test_a_filter_takes_what_the_service_would(filter: Filter, takes: bool) -> None:
    assert filter.takes(EVENT) is takes


def test_it_survives_being_written_down() -> None:
    wanted = Filter(("a",), (("b", ("c", "d")),), "e", "f", True)
    subscriptions = (
        Subscription("s", "t", wanted, "q", "barred", "letters"),
        Subscription("u", CHANGES, Filter(), "q"),
    )
    given = Provided("account", (Topic("t", "closed"),), subscriptions, (("SETTING", "t"),))
    assert Provided.parse(given.text()) == given


# What cannot be delivered.


@pytest.fixture
async def storage(azurite: str) -> AsyncIterator[Storage]:
    made = Storage({CONNECTION: azurite}, Names(f"grid{uuid4().hex[:8]}"))
    letters = made.container(made.names.container("undelivered"))
    await letters.create_container()
    yield made
    await letters.delete_container()
    await made.close()


def grid(storage: Storage, **about: str) -> Grid:
    """One topic, and a subscription whose queue is missing."""
    found = Subscription("told", "t", Filter(), storage.names.queue("missing"), **about)
    return Grid(Provided("account", (Topic("t"),), (found,)), storage, Clock())


async def publish(storage: Storage, **about: str) -> list[Any]:
    """Publish an event; what was laid down."""
    await grid(storage, **about).publish("t", json.dumps([EVENT]).encode())
    container = storage.container(storage.names.container("undelivered"))
    names = [blob.name async for blob in container.list_blobs()]
    assert all(name.startswith("TOLD/") for name in names)
    return [json.loads(await (await container.download_blob(name)).readall()) for name in names]


async def test_what_cannot_be_delivered_is_laid_down(storage: Storage) -> None:
    ((letter,),) = await publish(storage, letters=storage.names.container("undelivered"))
    assert "queue does not exist" in letter.pop("lastdeliveryoutcome")
    assert letter == {**EVENT, "deadletterreason": "MaxDeliveryAttemptsExceeded"}


async def test_who_may_not_deliver_does_not(storage: Storage) -> None:
    await storage.queue(storage.names.queue("missing")).create_queue()
    ((letter,),) = await publish(storage, letters=storage.names.container("undelivered"), barred="it lacks a role")
    assert letter["lastdeliveryoutcome"] == "it lacks a role"
    queue = storage.queue(storage.names.queue("missing"))
    assert [one async for one in queue.receive_messages()] == []
    await queue.delete_queue()


async def test_what_can_be_laid_down_nowhere_is_lost(storage: Storage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "portable_faas.azure")
    assert await publish(storage) == []
    assert "event 1 is lost: subscription told may lay it down nowhere" in caplog.text
    assert await publish(storage, letters="nowhere-to-be-seen") == []
    assert "event 1 is lost: container nowhere-to-be-seen: The specified container does not exist." in caplog.text


# What a deployment says.


ACCOUNT = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/store"
TOPIC = "/subscriptions/s/resourceGroups/g/providers/Microsoft.EventGrid/topics/app-t"
SITE = Site({"PORTABLE_FAAS_TOPIC_T": "https://t"}, "store", "", "app", "store")


def resources(**subscription: Any) -> list[Resource]:
    def resource(type: str, **properties: Any) -> Resource:
        return Resource(f"azure-native:{type}", "it", properties)

    to = {"endpointType": "StorageQueue", "resourceId": ACCOUNT, "queueName": "q"}
    down = {"endpointType": "StorageBlob", "resourceId": ACCOUNT, "blobContainerName": "undelivered"}
    about: Mapping[str, Any] = {
        "eventDeliverySchema": "CloudEventSchemaV1_0",
        "deliveryWithResourceIdentity": {"destination": to},
        "deadLetterWithResourceIdentity": {"deadLetterDestination": down},
    }
    return [
        resource("storage:StorageAccount", id=ACCOUNT, name="store"),
        resource("eventgrid:Topic", id=TOPIC, name="app-t", endpoint="https://t", identity={"principalId": "topic"}),
        resource("eventgrid:EventSubscription", name="told", scope=TOPIC, **{**about, **subscription}),
    ]


def assigned(principal: str, role: str, scope: str) -> Resource:
    given = {"principalId": principal, "roleDefinitionId": f"/roles/{role}", "scope": scope}
    return Resource("azure-native:authorization:RoleAssignment", "it", given)


def test_without_roles_nobody_publishes_delivers_or_lays_down() -> None:
    found = provided(resources(), SITE)
    assert found.topics == (
        Topic("app-t", "the identity of the app lacks the role EventGrid Data Sender on topic app-t"),
    )
    (told,) = found.subscriptions
    barred = "the identity of app-t lacks the role Storage Queue Data Message Sender"
    assert (told.barred, told.letters, told.queue) == (barred, "", "store-q")


def test_with_roles_they_do_even_where_these_are_given_further_up() -> None:
    given = [
        assigned("app", "d5a91429-5739-47e2-a06b-3470a27159e7", TOPIC),
        assigned("topic", "c6a89b2d-59bc-44d0-9896-0f6e12d7b80a", f"{ACCOUNT}/queueServices/default/queues/q"),
        assigned("topic", "ba92f5b4-2d11-453d-a403-e96b0029c9fe", "/subscriptions/s/resourceGroups/G"),
    ]
    found = provided([*resources(), *given], SITE)
    assert found.topics == (Topic("app-t"),)
    (told,) = found.subscriptions
    assert (told.barred, told.letters) == ("", "store-undelivered")


def test_the_filter_of_a_subscription_is_taken_over() -> None:
    wanted = {
        "includedEventTypes": ["Shipped"],
        "advancedFilters": [{"operatorType": "StringIn", "key": "country", "values": ["no", "se"]}],
        "subjectBeginsWith": "/in/",
        "subjectEndsWith": ".png",
        "isSubjectCaseSensitive": True,
    }
    (told,) = provided(resources(filter=wanted), SITE).subscriptions
    assert told.filter == Filter(("Shipped",), (("country", ("no", "se")),), "/in/", ".png", True)
    (told,) = provided(resources(), SITE).subscriptions
    assert told.filter == Filter()


@pytest.mark.parametrize("source", [ACCOUNT, ACCOUNT.replace("store", "other")], ids=["own", "other"])
def test_changes_come_from_the_apps_own_account_only(source: str) -> None:
    changes = Resource("azure-native:eventgrid:SystemTopic", "it", {"id": "/c", "name": "changes", "source": source})
    subscription = resources()[-1]
    properties = {**subscription.properties, "name": "arrived", "systemTopicName": "changes"}
    arrived = Resource("azure-native:eventgrid:SystemTopicEventSubscription", "it", properties)
    found = provided([*resources(), changes, arrived], SITE).subscriptions
    assert [one.name for one in found if one.source == CHANGES] == (["arrived"] if source == ACCOUNT else [])


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"eventDeliverySchema": "EventGridSchema"}, "subscription told delivers in the schema EventGridSchema"),
        ({"deliveryWithResourceIdentity": None}, "deliveryWithResourceIdentity names no StorageQueue"),
        (
            {"deadLetterWithResourceIdentity": {"identity": {}}},
            "deadLetterWithResourceIdentity names no StorageBlob",
        ),
        (
            {"filter": {"advancedFilters": [{"operatorType": "NumberIn", "key": "n", "values": [1]}]}},
            "filters by NumberIn, which is not emulated",
        ),
    ],
)
def test_what_is_not_emulated_is_refused(wrong: dict[str, Any], problem: str) -> None:
    with pytest.raises(NotRunnable, match=problem):
        provided(resources(**wrong), SITE)


def test_an_address_of_another_topic_is_refused() -> None:
    with pytest.raises(NotRunnable, match="PORTABLE_FAAS_TOPIC_T is the address of no topic that was deployed"):
        provided(resources(), SITE._replace(settings={"PORTABLE_FAAS_TOPIC_T": "https://other"}))
