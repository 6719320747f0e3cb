"""What a host keeps in Azurite is what the next one finds, wherever the first one stopped."""

import asyncio
import json
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from azure.data.tables import TableClient
from azure.storage.blob import ContainerClient
from portable_faas_azure.emulator.azure_store import AzureStore
from portable_faas_azure.emulator.functions import Functions
from portable_faas_azure.emulator.history import EventType, Recorded
from portable_faas_azure.emulator.host import Host
from portable_faas_azure.emulator.instance import Instance, Turn
from portable_faas_azure.emulator.store import Loaded, Received, StoreLost, Work
from portable_faas_azure.runtime import function_app

from portable_faas import App, Context

app = App("stored")
RUNS: list[int] = []
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("azurite")]


@app.activity
async def note(n: int) -> int:
    RUNS.append(n)
    return n


@app.activity
def repeat(text: str, times: int) -> str:
    return text * times


@app.orchestrator
async def mixed(ctx: Context, n: int) -> int:
    await ctx.set_status("begun")
    total = await note(0)
    found = await ctx.gather(*[note(i + 1) for i in range(n)], ctx.sleep(3600))
    total += sum(one for one in found if one is not None)
    await ctx.sleep(86_400)
    return total + await note(n + 1)


@app.orchestrator
async def wide(ctx: Context, n: int) -> int:
    return sum(await ctx.map(note, range(n)))


@app.orchestrator
async def long(ctx: Context, text: str) -> str:
    await ctx.sleep(60)
    return (await repeat(text, 2))[-3:]


@pytest.fixture
def hub() -> str:
    return f"stored{uuid4().hex[:12]}"


def a_host(azurite: str, hub: str) -> Host:
    return Host(Functions(function_app(app)), AzureStore(azurite, hub))


def rows(azurite: str, hub: str) -> list[str]:
    with TableClient.from_connection_string(azurite, f"{hub}Instances") as table:
        return sorted(row["RowKey"].split("-")[0] for row in table.list_entities() if row["PartitionKey"] != "clock")


def blobs(azurite: str, hub: str) -> list[str]:
    with ContainerClient.from_connection_string(azurite, f"{hub}-largemessages") as container:
        return list(container.list_blob_names())


def shown(host: Host) -> list[str]:
    """Everything about each instance, as text; whether an event has been played is no state."""
    values = [
        {name: value for name, value in vars(found).items() if name not in ("lock", "turn_due")}
        for found in host.instances.values()
    ]
    return [re.sub('"IsPlayed": (true|false)', "", json.dumps(value)) for value in values]


async def test_the_next_host_finds_everything(azurite: str, hub: str) -> None:
    first = a_host(azurite, hub)
    await first.open()
    done = await first.start("wide", '"3"', "b")
    await first.finished(done, None)
    live = await first.start("mixed", '"2"', "a")
    await first.advance(10)
    waits = await first.start("mixed", '"1"', "c")
    await first.suspend(waits, "later")
    await first.advance(100)
    await first.raise_event(waits, "go", '{"a": 1}')
    before, now = shown(first), first.clock.now
    assert [event["Name"] for key, event in waits.inbox.items() if key.startswith("event-")] == ["go"]
    await first.close()

    second = a_host(azurite, hub)
    await second.open()
    assert second.clock.now == now
    assert shown(second) == before
    found = second.get("a")
    assert found is not live
    await second.finished(found, None)
    assert (found.status, found.output, found.custom_status) == ("Completed", "6", '"begun"')
    assert found.updated - found.created == (3600 + 86_400) * 1000
    await second.drop()
    await second.close()


async def test_large_texts_and_wide_turns_are_kept_and_removed(azurite: str, hub: str) -> None:
    text = "\U0001f600" * 60_000
    first = a_host(azurite, hub)
    await first.open()
    big = await first.start("long", f'"\\"{text}\\""', "big")
    await first.advance(1)
    await first.close()
    second = a_host(azurite, hub)
    await second.open()
    assert second.get("big").text == big.text
    await second.finished(second.get("big"), None)
    assert second.get("big").output == '"\U0001f600\U0001f600\U0001f600"'
    spread = await second.start("wide", '"250"', "spread")
    await second.finished(spread, None)
    assert spread.output == str(sum(range(250)))
    assert "inbox" not in rows(azurite, hub)
    for name in ("big", "spread"):
        assert any(blob.startswith(f"{name}/") for blob in blobs(azurite, hub))
        await second.purge(second.get(name))
    assert rows(azurite, hub) == []
    assert blobs(azurite, hub) == []
    await second.close()


async def test_a_started_again_id_leaves_nothing_of_the_first(azurite: str, hub: str) -> None:
    first = a_host(azurite, hub)
    await first.open()
    await first.finished(await first.start("wide", '"2"', "one"), None)
    again = await first.start("wide", '"4"', "one")
    await first.finished(again, None)
    await first.close()
    assert rows(azurite, hub) == ["input", "instance", *["turn"] * again.turns]
    second = a_host(azurite, hub)
    await second.open()
    assert [found.output for found in second.instances.values()] == ["6"]
    await second.close()


async def test_a_second_host_of_a_hub_cannot_record_anything_twice(azurite: str, hub: str) -> None:
    broken: list[BaseException] = []
    functions = Functions(function_app(app))
    first = Host(functions, AzureStore(azurite, hub), on_broken=broken.append)
    await first.open()
    instance = await first.start("mixed", '"1"', "one")
    await first.advance(1)
    second = a_host(azurite, hub)
    await second.open()
    await second.finished(second.get("one"), None)
    with pytest.raises(StoreLost, match="refused a request"):
        await first.finished(instance, None)
    assert broken
    await first.close()
    assert second.get("one").output == "3"
    await second.close()


async def test_a_storage_that_is_gone_ends_everything_with_a_message(hub: str) -> None:
    from portable_faas_azure.emulator.azurite import from_npm

    own = await asyncio.to_thread(from_npm)
    broken: list[BaseException] = []
    host = Host(Functions(function_app(app)), AzureStore(own.connection, hub), on_broken=broken.append)
    await host.open()
    instance = await host.start("mixed", '"1"', "one")
    await host.advance(1)
    own.close()
    with pytest.raises(StoreLost, match="does not answer any more"):
        await host.finished(instance, None)
    with pytest.raises(StoreLost):
        await host.start("mixed", '"1"', "two")
    assert broken
    await host.close()


class Mortal:
    """A store whose host dies at operation ``at``, just before it or just behind it."""

    def __init__(self, store: AzureStore, at: int, behind: bool) -> None:
        self.store, self.left, self.behind = store, at, behind
        self.dead = False

    async def _do(self, operation: Callable[..., Awaitable[Any]], *given: Any) -> Any:
        self.left -= 1
        if self.dead or (self.left < 0 and not self.behind):
            self.die()
        result = await operation(*given)
        if self.left < 0:
            self.die()
        return result

    def die(self) -> None:
        self.dead = True
        raise StoreLost("died")

    async def load(self) -> Loaded:
        return await self.store.load()

    async def create(self, instance: Instance) -> None:
        await self._do(self.store.create, instance)

    async def commit(self, instance: Instance, turn: Turn) -> None:
        await self._do(self.store.commit, instance, turn)

    async def keep(self, instance: Instance, key: str, message: Recorded) -> None:
        await self._do(self.store.keep, instance, key, message)

    async def remove(self, instance: Instance) -> None:
        await self._do(self.store.remove, instance)

    async def reached(self, now: int) -> None:
        await self._do(self.store.reached, now)

    async def send(self, works: Sequence[Work]) -> None:
        await self._do(self.store.send, works)

    async def receive(self) -> Sequence[Received]:
        found: Sequence[Received] = await self._do(self.store.receive)
        return found

    async def done(self, received: Received) -> None:
        await self._do(self.store.done, received)

    async def drop(self) -> None:
        await self.store.drop()

    async def close(self) -> None:
        await self.store.close()


async def lives(azurite: str, hub: str, at: int, behind: bool) -> tuple[bool, Instance]:
    """Run ``mixed`` on a host that dies at operation ``at``, then on one that lives; gives whether it died."""
    store = Mortal(AzureStore(azurite, hub), at, behind)
    first = Host(Functions(function_app(app)), store)
    await first.open()
    with suppress(StoreLost):
        await first.finished(await first.start("mixed", '"3"', "one"), None)
    await first.close()
    second = a_host(azurite, hub)
    await second.open()
    if "one" not in second.instances:
        assert store.dead
        await second.start("mixed", '"3"', "one")
    instance = second.get("one")
    await second.finished(instance, None)
    await second.drop()
    await second.close()
    return store.dead, instance


async def check_every_operation(azurite: str, behind: bool, step: int) -> int:
    at = 0
    while True:
        RUNS.clear()
        died, instance = await lives(azurite, f"mortal{uuid4().hex[:12]}", at, behind)
        assert (instance.status, instance.output) == ("Completed", "10")
        kinds = Counter(event["EventType"] for event in instance.history)
        assert kinds[EventType.TASK_SCHEDULED] == kinds[EventType.TASK_COMPLETED] == 5
        assert kinds[EventType.TIMER_CREATED] == kinds[EventType.TIMER_FIRED] == 2
        assert instance.updated - instance.created == (3600 + 86_400) * 1000
        assert set(RUNS) == {0, 1, 2, 3, 4}
        if not died:
            assert Counter(RUNS) == Counter(range(5))
            return at
        at += step


@pytest.mark.parametrize("behind", [False, True], ids=["before", "behind"])
async def test_dying_at_an_operation_of_the_store_loses_nothing(azurite: str, behind: bool) -> None:
    assert await check_every_operation(azurite, behind, 5) > 20


@pytest.mark.full
@pytest.mark.parametrize("behind", [False, True], ids=["before", "behind"])
async def test_dying_at_every_operation_of_the_store_loses_nothing(azurite: str, behind: bool) -> None:
    assert await check_every_operation(azurite, behind, 1) > 20
