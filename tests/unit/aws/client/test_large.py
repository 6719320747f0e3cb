"""Values that lie in S3, as a client of the emulated account sees them."""

import asyncio
import json
import sys
from typing import Any

import pytest
from portable_faas_aws.client import AccountBackend
from portable_faas_aws.client.instances import Instances
from portable_faas_aws.emulated import EmulatedAccount

from portable_faas import App, Context

app = App("large")
LARGE = "x" * 300_000


@app.activity
def echo(text: str) -> str:
    return text


@app.orchestrator
async def kept(ctx: Context, text: str) -> str:
    first = await echo(text)
    await ctx.sleep(1)
    return first + await echo("end")


@app.orchestrator
async def sub(ctx: Context, text: str) -> str:
    return text


@app.orchestrator
async def groups(ctx: Context, length: int) -> list[int]:
    """Calls too large to stand in a state machine, as branches of every kind that has any."""
    texts = [str(n) + "x" * length for n in range(4)]
    given = await ctx.gather(*[sub(text) for text in texts])
    started = await ctx.gather(*[sub.start(text) for text in texts])
    fixed = await ctx.race(*[echo(text) for text in texts])
    listed = await ctx.race(*[echo(text[: length // 10]) for text in texts * 12])
    races = [text.startswith(str(index % 4)) for index, text in (fixed, listed)]
    return [sum(map(len, given)), len(started), sum(races)]


@app.orchestrator
async def deep(ctx: Context, depth: int) -> int:
    return down(depth)


def down(depth: int) -> int:
    if depth == 0:
        raise LookupError("the bottom")
    return up(depth - 1)


def up(depth: int) -> int:
    return down(depth)


@app.orchestrator
async def failing(ctx: Context, text: str) -> str:
    raise ValueError(await echo(text))


@app.orchestrator
async def wide(ctx: Context, count: int) -> int:
    return len(await ctx.map(echo, ["x"] * count))


async def helper(ctx: Context, n: int) -> str:
    return await echo(str(n))


@app.orchestrator
async def helpers(ctx: Context, count: int) -> int:
    return len(await ctx.gather(*[helper(ctx, n) for n in range(count)]))


@app.orchestrator
async def mixed(ctx: Context, count: int) -> int:
    return len(await ctx.gather(*[echo("x") if n % 2 else next_one(n) for n in range(count)]))


@app.activity
def next_one(n: int) -> int:
    return n + 1


@app.orchestrator
async def counted(ctx: Context, numbers: list[int]) -> list[int]:
    return await ctx.map(next_one, numbers)


@app.orchestrator
async def mapped(ctx: Context, texts: list[str]) -> list[str]:
    return await ctx.map(echo, texts)


@app.activity
def same(n: int) -> int:
    return n


@app.orchestrator
async def total(ctx: Context, numbers: list[int]) -> int:
    return sum(await ctx.map(same, numbers))


@pytest.fixture(scope="module")
def account() -> Any:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    opened = EmulatedAccount(app, version, real_time=False)
    yield opened
    opened.close()


@pytest.fixture
def backend(account: EmulatedAccount) -> AccountBackend:
    return AccountBackend(app, lambda: account)


def objects(account: EmulatedAccount, prefix: str = "") -> list[str]:
    found = account.client("s3").list_objects_v2(Bucket=account.bucket, Prefix=prefix)
    return [each["Key"] for each in found.get("Contents", ())]


async def ended(backend: AccountBackend, name: str, text: Any, instance: str) -> Any:
    await backend.start(app.orchestrators[name], json.dumps(text), instance, "raise")
    return await backend.finished(instance, 60)


async def test_input_output_and_history_are_the_values_and_purge_leaves_nothing(
    account: EmulatedAccount, backend: AccountBackend
) -> None:
    record = await ended(backend, "kept", LARGE, "one")
    assert json.loads(record.input or "") == LARGE
    assert json.loads(record.output or "") == LARGE + "end"
    made = [event.data for event in await backend.history("one") if event.kind == "Scheduled"]
    assert [json.loads(each) for each in made] == [{"text": LARGE}, {"text": "end"}]
    row = await asyncio.to_thread(Instances(account).get, "one")
    assert row is not None
    assert len(objects(account, f"values/{row.key}/")) >= 2
    await backend.purge("one")
    assert objects(account, f"values/{row.key}/") == []


async def test_small_values_leave_no_object(account: EmulatedAccount, backend: AccountBackend) -> None:
    before = objects(account)
    assert (await ended(backend, "kept", "small", "two")).output == '"smallend"'
    assert objects(account) == before


async def test_a_large_failure_is_read_back(backend: AccountBackend) -> None:
    record = await ended(backend, "failing", LARGE, "three")
    error = json.loads(record.error)
    assert error["type"] == "ValueError"
    assert error["message"].endswith("[cut at 8 KiB]")


async def test_calls_of_branches(backend: AccountBackend) -> None:
    record = await ended(backend, "groups", 60_000, "nine")
    assert json.loads(record.output or record.error or "") == [4 * 60_001, 4, 2]


async def test_more_branches_than_a_history_holds_are_refused_at_their_await(backend: AccountBackend) -> None:
    for name, given in (("wide", 3561), ("counted", list(range(3561)))):
        error = json.loads((await ended(backend, name, given, f"six-{name}")).error)
        assert error["type"] == "portable_faas.errors.NotSupported"
        assert "3561 branches" in error["message"]


async def test_a_gather_that_step_functions_cannot_pass_on_is_refused_at_its_await(backend: AccountBackend) -> None:
    for name, given, told in (("helpers", 1001, "1001 helpers"), ("mixed", 2200, "2200 branches of 2 kinds")):
        error = json.loads((await ended(backend, name, given, f"seven-{name}")).error)
        assert error["type"] == "portable_faas.errors.NotSupported"
        assert told in error["message"]


async def test_many_branches_of_two_kinds(backend: AccountBackend) -> None:
    assert (await ended(backend, "mixed", 1200, "eight")).output == "1200"


async def test_the_trace_of_a_deep_call_does_not_push_the_failure_out(backend: AccountBackend) -> None:
    error = json.loads((await ended(backend, "deep", 400, "four")).error)
    assert (error["type"], error["message"]) == ("LookupError", "the bottom")


@pytest.mark.parametrize(("count", "length"), [(2, 200_000), (3, 9_000), (60, 4_000), (300, 1)])
async def test_results_that_go_straight_into_the_output(backend: AccountBackend, count: int, length: int) -> None:
    texts = [f"{n}" + "x" * length for n in range(count)]
    record = await ended(backend, "mapped", texts, f"five-{count}")
    assert json.loads(record.output or "") == texts


async def test_sums_that_nobody_could_refuse_before(backend: AccountBackend) -> None:
    most = 2**53 - 1
    assert (await ended(backend, "total", [most, most, -most], "seven")).output == str(most)
    error = json.loads((await ended(backend, "total", [most, 1], "eight")).error)
    assert error["type"] == "portable_faas.errors.NotPortable"
    assert error["message"].startswith("result: an int beyond 2**53 - 1")
