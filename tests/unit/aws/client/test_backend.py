"""The emulated account as an engine: rows, races of starts, what a client can ask of it."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from portable_faas_aws.client import AccountBackend
from portable_faas_aws.client.instances import Instance, Instances
from portable_faas_aws.emulated import EmulatedAccount

from portable_faas import App, Context
from portable_faas.errors import InstanceExists, InstanceNotFound
from portable_faas.provider import Query

app = App("rows")


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def nap(ctx: Context, seconds: int) -> int:
    await ctx.set_status({"naps": seconds})
    await ctx.sleep(seconds)
    return await double(seconds)


@app.orchestrator
async def broken(ctx: Context) -> None:
    raise LookupError("gone")


class Account:
    """An emulated account that runs ``before_start`` once, right before an execution is started."""

    def __init__(self) -> None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        self.real = EmulatedAccount(app, version, real_time=False)
        self.before_start: Callable[[], None] | None = None

    def client(self, service: str) -> Any:
        found = self.real.client(service)
        return _Hooked(self, found) if service == "stepfunctions" else found

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


class _Hooked:
    def __init__(self, account: Account, client: Any) -> None:
        self._account = account
        self._client = client

    def start_execution(self, **arguments: Any) -> Any:
        hook, self._account.before_start = self._account.before_start, None
        if hook:
            hook()
        return self._client.start_execution(**arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


@pytest.fixture(scope="module")
def account() -> Any:
    made = Account()
    yield made
    made.close()


@pytest.fixture
async def backend(account: Account) -> AsyncIterator[AccountBackend]:
    yield AccountBackend(app, lambda: account)
    for instance in Instances(account).all():
        account.client("stepfunctions").stop_execution(executionArn=instance.execution)
        Instances(account).delete(instance.id)


def executions(account: Account, instance_id: str) -> list[str]:
    """The states of every execution that was ever started for an id."""
    client = account.client("stepfunctions")
    pages = client.get_paginator("list_executions").paginate(stateMachineArn=account.machines["nap"])
    found = [each for page in pages for each in page["executions"]]
    return [each["status"] for each in found if each["name"].startswith(f"{instance_id}-")]


async def test_a_row_says_what_runs(backend: AccountBackend, account: Account) -> None:
    await backend.start(app.orchestrators["nap"], "30", "one", "raise")
    await backend.advance(1)
    running = await backend.status("one")
    assert (running.status, running.input, running.output, running.error) == ("Running", "30", None, None)
    assert json.loads(running.custom_status or "") == {"naps": 30}
    done = await backend.finished("one", 100)
    assert (done.status, done.output, done.updated_at - done.created_at) == ("Completed", "60", 30_000)
    assert executions(account, "one") == ["SUCCEEDED"]


async def test_a_live_id_cannot_be_started_again(backend: AccountBackend, account: Account) -> None:
    nap = app.orchestrators["nap"]
    await backend.start(nap, "10", "two", "raise")
    with pytest.raises(InstanceExists):
        await backend.start(nap, "20", "two", "raise")
    await backend.start(nap, "20", "two", "return")
    assert (await backend.finished("two", 100)).output == "20"
    assert executions(account, "two") == ["SUCCEEDED"]


async def test_a_finished_id_can(backend: AccountBackend, account: Account) -> None:
    nap = app.orchestrators["nap"]
    for seconds in ("1", "2"):
        await backend.start(nap, seconds, "three", "return")
        assert (await backend.finished("three", 100)).input == seconds
    assert executions(account, "three") == ["SUCCEEDED", "SUCCEEDED"]
    assert len(await backend.list(Query())) == 1


async def test_of_many_starts_at_once_one_wins(backend: AccountBackend, account: Account) -> None:
    nap = app.orchestrators["nap"]
    starts = [backend.start(nap, "5", "many", "raise") for _ in range(8)]
    ends = await asyncio.gather(*starts, return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["InstanceExists"] * 7 + ["NoneType"]
    assert (await backend.finished("many", 100)).output == "10"
    assert executions(account, "many") == ["SUCCEEDED"]


async def test_a_start_between_a_row_and_its_execution(backend: AccountBackend, account: Account) -> None:
    """The second starter finds a row without an execution: it may not take it over, or both would run."""
    ends: list[str] = []

    def second() -> None:
        with pytest.raises(InstanceExists):
            backend._start("nap", "7", "late", "raise")
        ends.append(backend._record(backend._instance("late")).status)

    account.before_start = second
    await backend.start(app.orchestrators["nap"], "6", "late", "raise")
    assert ends == ["Running"]
    assert (await backend.finished("late", 100)).input == "6"
    assert executions(account, "late") == ["SUCCEEDED"]


async def test_a_row_whose_starter_died(backend: AccountBackend, account: Account) -> None:
    machine = account.machines["nap"]
    execution = f"{machine.replace(':stateMachine:', ':execution:')}:dead-1"
    Instances(account).put(Instance("dead", "nap", execution, "k" * 8, "3", account.now()), None)
    assert (await backend.status("dead")).status == "Pending"
    with pytest.raises(InstanceExists):
        await backend.purge("dead")
    assert (await backend.status("dead")).status == "Running"
    await backend.terminate("dead", "enough")
    await backend.purge("dead")


async def test_a_row_whose_execution_is_forgotten_is_free(backend: AccountBackend, account: Account) -> None:
    machine = account.machines["nap"]
    execution = f"{machine.replace(':stateMachine:', ':execution:')}:old-1"
    long_ago = account.now() - 100 * 24 * 60 * 60 * 1000
    Instances(account).put(Instance("old", "nap", execution, "k" * 8, "3", long_ago), None)
    await backend.start(app.orchestrators["nap"], "4", "old", "raise")
    assert (await backend.finished("old", 100)).output == "8"


def test_a_row_is_replaced_only_by_who_has_seen_it(account: Account) -> None:
    rows = Instances(account)
    one, two = (Instance("row", "nap", f"arn:{name}", name, None, 1) for name in "ab")
    assert rows.put(one, None)
    assert not rows.put(two, None)
    assert not rows.put(one, two)
    assert rows.put(two, one)
    assert rows.get("row") == two
    rows.delete("row")
    assert rows.get("row") is None


async def test_terminate_and_purge(backend: AccountBackend) -> None:
    await backend.start(app.orchestrators["nap"], "10", "five", "raise")
    with pytest.raises(InstanceExists):
        await backend.purge("five")
    await backend.terminate("five", "enough")
    await backend.terminate("five", "again")
    record = await backend.status("five")
    assert (record.status, json.loads(record.error or "")) == ("Terminated", "enough")
    await backend.purge("five")
    for ask in (backend.status("five"), backend.purge("five"), backend.terminate("five", ""), backend.history("five")):
        with pytest.raises(InstanceNotFound):
            await ask


async def test_waiting_ends_with_the_time_out(backend: AccountBackend) -> None:
    await backend.start(app.orchestrators["nap"], "50", "six", "raise")
    with pytest.raises(TimeoutError):
        await backend.finished("six", 10)
    assert (await backend.finished("six", None)).status == "Completed"


async def test_a_failure_is_the_programs_own(backend: AccountBackend) -> None:
    await backend.start(app.orchestrators["broken"], None, "seven", "raise")
    record = await backend.finished("seven", 100)
    error = json.loads(record.error or "")
    assert (record.status, error["type"], error["message"]) == ("Failed", "LookupError", "gone")


async def test_lists_are_filtered_and_ordered(backend: AccountBackend) -> None:
    nap = app.orchestrators["nap"]
    times = []
    for number in range(4):
        await backend.start(nap, str(number * 100), f"list-{number}", "raise")
        times.append((await backend.status(f"list-{number}")).created_at)
        await backend.advance(1)
    await backend.start(app.orchestrators["broken"], None, "other", "raise")
    await backend.finished("other", 10)

    async def ids(**filters: Any) -> list[str]:
        return [record.instance_id for record in await backend.list(Query(**filters))]

    assert await ids() == ["other", "list-3", "list-2", "list-1", "list-0"]
    assert await ids(prefix="list-", limit=2) == ["list-3", "list-2"]
    assert await ids(status="Completed") == ["list-0"]
    assert await ids(orchestrator="broken") == ["other"]
    assert await ids(orchestrator="nap", since=times[2]) == ["list-3", "list-2"]
    assert await ids(limit=0) == []
    assert await ids(prefix="nothing") == []
