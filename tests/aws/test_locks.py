"""Locks between instances on the emulated AWS: who waits, who goes on, and what happens to who is ended."""

import asyncio

import pytest

from portable_faas.client import Client
from portable_faas.errors import OrchestrationFailed, OrchestrationTerminated
from portable_faas.testing import running
from tests.aws.locking import Account, app, both, fails_inside, keep, transfer

pytestmark = pytest.mark.slow


async def test_crossing_transfers_of_many_instances() -> None:
    ways = [("a", "b", 1), ("b", "a", 2), ("b", "c", 3), ("c", "a", 4), ("a", "c", 5), ("c", "b", 6)]
    async with running(app, "aws") as client:
        handles = [await client.start(transfer, way) for way in ways]
        assert [await handle.result() for handle in handles] == [1, 2, 3, 4, 5, 6]
        balances = [(await client.entity(Account, key).read()).balance for key in "abc"]
    assert balances == [-1 + 2 + 4 - 5, 1 - 2 - 3 + 6, 3 - 4 + 5 - 6]


async def test_operations_of_a_client_wait_and_signals_do_not() -> None:
    async with running(app, "aws") as client:
        handle = await client.start(keep, "k")
        await client.advance(5)
        account = client.entity(Account, "k")
        await account.signal(Account.add, 100)
        got, kept = await asyncio.gather(account.call(Account.add, 1000), handle.result())
        assert (kept, got) == (2, 1102)


@pytest.mark.parametrize("ended_by", ["terminate", "stop"])
async def test_a_lock_of_an_instance_that_is_ended_is_freed(ended_by: str) -> None:
    """By who ends it, or, where somebody stops the execution by other means, by who waits."""
    async with running(app, "aws") as client:
        holder, waiter = await client.start(keep, "k"), None
        await client.advance(5)
        waiter = await client.start(keep, "k")
        await client.advance(1)
        if ended_by == "terminate":
            await holder.terminate("enough")
        else:
            await stop(client, holder.instance_id)
        assert await waiter.result() == 3
        with pytest.raises(OrchestrationTerminated):
            await holder.result()


async def stop(client: Client, instance: str) -> None:
    """As an operator does in the console."""
    account = client._backend._account()  # type: ignore[attr-defined]
    item = account.client("dynamodb").get_item(TableName=account.table, Key={"id": {"S": instance}})["Item"]
    account.client("stepfunctions").stop_execution(executionArn=item["execution"]["S"])


async def test_a_failure_frees_and_branches_inside_are_inside() -> None:
    async with running(app, "aws") as client:
        with pytest.raises(OrchestrationFailed, match="no -1"):
            await (await client.start(fails_inside, "k")).result()
        assert await (await client.start(both, "k")).result() == [1, 2]
        assert await client.entity(Account, "k").call(Account.add, 1) == 3
