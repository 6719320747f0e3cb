"""A run whose history gets full goes on in another execution, under the same id, and nothing runs twice."""

import json
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError
from portable_faas_aws.client import AccountBackend
from portable_faas_aws.client.executions import Executions
from portable_faas_aws.emulated import EmulatedAccount
from portable_faas_aws.emulator.interpreter import executions as interpreter
from portable_faas_aws.runtime.chain import Chain, following, name_of, outgrown

from portable_faas import App, Context
from portable_faas.provider import Query

app = App("chain")
EVENTS = 200
ROUNDS = 70


@app.activity
def same(number: int) -> int:
    return number


@app.activity
def echo(text: str) -> str:
    return text


@app.orchestrator
async def main(ctx: Context, rounds: int) -> int:
    total = 0
    for number in range(rounds):
        total += await same(number)
    return total


@app.orchestrator
async def slow(ctx: Context, rounds: int) -> str:
    for number in range(rounds):
        await ctx.sleep(1)
        await ctx.set_status(number)
    return await echo("over")


@app.orchestrator
async def large(ctx: Context, rounds: int) -> int:
    kept = "x" * 300_000
    for number in range(rounds):
        await same(number)
    return len(kept)


@app.orchestrator
async def gathers(ctx: Context, rounds: int) -> list[int]:
    found: list[int] = []
    for number in range(rounds):
        found += await ctx.map(same, [number] * 10)
    return found


@app.orchestrator
async def twice(ctx: Context, count: int) -> int:
    one = await ctx.map(same, range(count))
    return sum(await ctx.map(same, one))


async def pages(count: int) -> int:
    for number in range(count):
        await same(number)
    return count


async def turned(ctx: Context, left: int) -> int:
    await pages(45)
    return await ctx.continue_as_new(left - 1)


@app.orchestrator
async def renewed(ctx: Context, left: int) -> list[int]:
    """Runs whose branches take executions of their own, the last of which a branch ends."""
    found = list(await ctx.gather(pages(45), pages(40)))
    if left == 2:
        return await ctx.continue_as_new(1)
    if left == 1:
        await ctx.gather(pages(60), turned(ctx, left))
    return found


@app.orchestrator
async def failing(ctx: Context, rounds: int) -> None:
    for number in range(rounds):
        await same(number)
    raise LookupError(f"after {rounds}")


async def napping(ctx: Context, rounds: int) -> int:
    for number in range(rounds):
        await ctx.sleep(1)
        await same(number)
    return rounds


async def breaking(ctx: Context, seconds: int) -> int:
    await ctx.sleep(seconds)
    raise LookupError("broken")


async def long_failing(ctx: Context, rounds: int) -> int:
    for number in range(rounds):
        await same(number)
    raise LookupError(f"after {rounds}")


@app.orchestrator
async def abandoning(ctx: Context, seconds: int) -> str:
    try:
        await ctx.gather(napping(ctx, 1000), breaking(ctx, seconds))
    except LookupError as error:
        await ctx.sleep(800)
        return str(error)
    return "not broken"


@app.orchestrator
async def keeping(ctx: Context, rounds: list[int]) -> list[str]:
    found = await ctx.gather(*[long_failing(ctx, each) for each in rounds], return_exceptions=True)
    return [str(each) for each in found]


@app.orchestrator
async def nested(ctx: Context, rounds: int) -> int:
    one, other = await ctx.gather(napping(ctx, rounds), outer(ctx, rounds))
    return one + other


async def outer(ctx: Context, rounds: int) -> int:
    return sum(await ctx.gather(napping(ctx, rounds), napping(ctx, rounds)))


@app.orchestrator
async def dropping(ctx: Context, rounds: int) -> int:
    for number in range(rounds):
        await same(number)
    return rounds


@app.orchestrator
async def hollow(ctx: Context, rounds: int) -> int:
    for number in range(rounds):
        kept = await same(number)
        for each in range(1 if kept % 9 == 8 else 0):
            await echo(str(each))
        await same(kept)
    return rounds


async def looping(ctx: Context, rounds: int) -> int:
    for number in range(rounds):
        await same(number)
    return rounds


@app.orchestrator
async def mapping(ctx: Context, rounds: list[int]) -> list[int]:
    return await ctx.gather(*[looping(ctx, each) for each in rounds])


@app.orchestrator
async def telling(ctx: Context, rounds: list[int]) -> str:
    await ctx.set_status("begun")
    for each in rounds:
        await same(each)
    await ctx.set_status("over")
    for each in rounds:
        await echo(str(await same(each)))
    return await echo("done")


@pytest.fixture(scope="module")
def account() -> Any:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    made = EmulatedAccount(app, version, real_time=False, max_events=EVENTS)
    yield made
    made.close()


@pytest.fixture
def backend(account: EmulatedAccount) -> AccountBackend:
    return AccountBackend(app, lambda: account)


async def ended(backend: AccountBackend, name: str, given: Any, instance: str) -> Any:
    await backend.start(app.orchestrators[name], json.dumps(given), instance, "raise")
    return await backend.finished(instance, 1000)


async def numbers(backend: AccountBackend, instance: str) -> list[int]:
    """What `same` was called with, in order."""
    return [json.loads(event.data)["number"] for event in await backend.history(instance) if event.kind == "Scheduled"]


def lengths(backend: AccountBackend, account: EmulatedAccount, instance: str) -> list[int]:
    """The number of events of every execution of a run."""
    return [len(events) for events in Executions(account).recorded(backend._instance(instance)).values()]


def executions(account: EmulatedAccount, machine: str, instance: str) -> list[str]:
    """The states of every execution whose name begins with an id."""
    pages = account.client("stepfunctions").get_paginator("list_executions")
    found = [each for page in pages.paginate(stateMachineArn=account.machines[machine]) for each in page["executions"]]
    return [each["status"] for each in found if each["name"].startswith(f"{instance}-")]


async def test_a_loop_goes_on_under_its_id(backend: AccountBackend, account: EmulatedAccount) -> None:
    record = await ended(backend, "main", ROUNDS, "loop")
    assert (record.status, record.output, record.input) == ("Completed", str(sum(range(ROUNDS))), str(ROUNDS))
    assert await numbers(backend, "loop") == list(range(ROUNDS))
    counted = lengths(backend, account, "loop")
    assert len(counted) >= ROUNDS * 7 // EVENTS
    assert max(counted) <= EVENTS
    assert min(counted[:-1]) > EVENTS // 2  # the count is a bound, but no wild one
    # each round is a Task and a Choice; going on takes two states here and two in the successor
    usage = await backend.usage("loop")
    assert usage["lambda_invocations"] == ROUNDS
    assert usage["transitions"] <= 2 * ROUNDS + 4 * len(counted)
    assert list(await backend.list(Query(prefix="loop"))) == [record]
    assert backend._instance("loop").before is not None


@pytest.mark.parametrize(
    ("name", "given", "output"),
    [
        ("large", 40, 300_000),
        ("gathers", 12, [n for n in range(12) for _ in range(10)]),
        ("twice", 15, sum(range(15))),
    ],
)
async def test_what_is_held_goes_with_it(
    backend: AccountBackend, account: EmulatedAccount, name: str, given: int, output: Any
) -> None:
    record = await ended(backend, name, given, name)
    assert json.loads(record.output or "null") == output
    counted = lengths(backend, account, name)
    assert len(counted) > 1
    assert max(counted) <= EVENTS


@pytest.mark.parametrize(
    ("name", "given", "output", "calls"),
    [
        ("dropping", 15, 15, range(15)),
        ("dropping", 60, 60, range(60)),
        ("mapping", [2, 3, 1], [2, 3, 1], [0, 0, 0, 1, 1, 2]),
        ("mapping", [20, 3, 30], [20, 3, 30], sorted([*range(20), *range(3), *range(30)])),
    ],
)
async def test_loops_that_are_run_ahead_of(
    backend: AccountBackend, account: EmulatedAccount, name: str, given: Any, output: Any, calls: Any
) -> None:
    instance = f"{name}-{output}".replace(" ", "").strip("]").replace("[", "").replace(",", "-")
    record = await ended(backend, name, given, instance)
    assert json.loads(record.output or "null") == output
    made = await numbers(backend, instance)
    assert (made if name == "dropping" else sorted(made)) == list(calls)
    assert max(lengths(backend, account, instance)) <= EVENTS


@pytest.mark.parametrize(("name", "given", "output"), [("hollow", 60, 60), ("telling", list(range(30)), "done")])
async def test_empty_loops_and_beginnings_are_counted(
    backend: AccountBackend, account: EmulatedAccount, name: str, given: Any, output: Any
) -> None:
    record = await ended(backend, name, given, name)
    assert json.loads(record.output or "null") == output
    assert record.custom_status == ('"over"' if name == "telling" else None)
    counted = lengths(backend, account, name)
    assert len(counted) > 2
    assert max(counted) <= EVENTS


async def test_timers_and_statuses(backend: AccountBackend, account: EmulatedAccount) -> None:
    record = await ended(backend, "slow", 60, "slow")
    assert (record.output, record.custom_status) == ('"over"', "59")
    assert record.updated_at - record.created_at == 60_000
    assert len(lengths(backend, account, "slow")) > 1


async def test_a_failure_far_behind(backend: AccountBackend) -> None:
    record = await ended(backend, "failing", 40, "failing")
    assert record.status == "Failed"
    assert json.loads(record.error or "")["message"] == "after 40"


async def test_terminate_finds_the_execution_that_runs(backend: AccountBackend, account: EmulatedAccount) -> None:
    await backend.start(app.orchestrators["slow"], "1000", "stopped", "raise")
    await backend.advance(100)
    assert (await backend.status("stopped")).status == "Running"
    assert len(lengths(backend, account, "stopped")) > 2
    await backend.terminate("stopped", "enough")
    record = await backend.status("stopped")
    assert (record.status, json.loads(record.error or "")) == ("Terminated", "enough")
    assert "RUNNING" not in executions(account, "slow", "stopped")
    await backend.purge("stopped")


# Branches in executions of their own


async def test_an_abandoned_branch_stops_with_its_gather(backend: AccountBackend, account: EmulatedAccount) -> None:
    record = await ended(backend, "abandoning", 90, "abandoned")
    assert record.output == '"broken"'
    assert record.updated_at - record.created_at == 890_000
    assert len(await numbers(backend, "abandoned")) in (89, 90)
    assert sorted(set(executions(account, "abandoning", "abandoned"))) == ["ABORTED", "SUCCEEDED"]


async def test_failures_of_branches_far_behind(backend: AccountBackend, account: EmulatedAccount) -> None:
    record = await ended(backend, "keeping", [40, 2, 30], "keeping")
    assert json.loads(record.output or "") == ["after 40", "after 2", "after 30"]
    assert len(lengths(backend, account, "keeping")) > 2


async def test_branches_of_branches(backend: AccountBackend, account: EmulatedAccount) -> None:
    record = await ended(backend, "nested", 30, "nested")
    assert record.output == "90"
    assert max(lengths(backend, account, "nested")) <= EVENTS
    assert sorted(await numbers(backend, "nested")) == sorted([*range(30)] * 3)
    assert (await backend.usage("nested"))["lambda_invocations"] >= 90


async def test_terminate_stops_the_branches(backend: AccountBackend, account: EmulatedAccount) -> None:
    await backend.start(app.orchestrators["nested"], "1000", "ended", "raise")
    await backend.advance(200)
    assert "RUNNING" in executions(account, "nested", "ended")
    await backend.terminate("ended", "enough")
    await backend.advance(1)  # the interpreter stops a child after its parent
    assert set(executions(account, "nested", "ended")) <= {"ABORTED", "SUCCEEDED"}


# Deaths between the start of a successor and the end of the execution before it


class Interrupted:
    """Makes ``start_execution`` of successors do something else first, or afterwards."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, account: EmulatedAccount) -> None:
        self.begun: list[str] = []
        self.after: Callable[[], None] = lambda: None
        client = account.client("stepfunctions")
        original = client.start_execution

        def start(**arguments: Any) -> Any:
            made = original(**arguments)
            if "resume" in json.loads(arguments["input"]):
                self.begun.append(arguments["name"])
                self.after()
            return made

        monkeypatch.setattr(client, "start_execution", start)


async def test_the_answer_to_a_start_is_lost(
    backend: AccountBackend, account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The successor runs, and its start is tried again: it has the same name, so there is one."""
    interrupted = Interrupted(monkeypatch, account)

    def lose() -> None:
        tried = Counter(interrupted.begun)
        if min(tried.values()) < 3:
            told: Any = {"Error": {"Code": "InternalServerError", "Message": ""}}
            told["ResponseMetadata"] = {"RequestId": "1", "HTTPStatusCode": 500}
            raise ClientError(told, "StartExecution")

    interrupted.after = lose
    record = await ended(backend, "main", ROUNDS, "lost")
    assert record.output == str(sum(range(ROUNDS)))
    assert await numbers(backend, "lost") == list(range(ROUNDS))
    await backend.advance(600)  # starts that were still to be tried again, when the run had ended
    assert max(Counter(interrupted.begun).values()) > 1
    assert len(set(interrupted.begun)) == len(lengths(backend, account, "lost")) - 1
    assert sorted(executions(account, "main", "lost")) == ["SUCCEEDED"] * len(lengths(backend, account, "lost"))


async def test_a_status_between_the_row_and_the_start(
    backend: AccountBackend, account: EmulatedAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The row names a successor that does not exist yet; nobody else may start it."""
    seen: list[str] = []
    original = interpreter._made

    def made(*arguments: Any) -> Any:
        if arguments[2].startswith("between") and arguments[2].endswith("-2") and not seen:
            seen.append(backend._record(backend._instance("between")).status)
            assert backend._is_live(backend._instance("between"))
        return original(*arguments)

    monkeypatch.setattr(interpreter, "_made", made)
    assert (await ended(backend, "main", ROUNDS, "between")).status == "Completed"
    assert seen == ["Running"]


async def test_branches_of_every_run_have_executions_of_their_own(backend: AccountBackend) -> None:
    assert (await ended(backend, "renewed", 2, "anew")).output == "[45,40]"


def test_names_and_counts() -> None:
    key = "6d5b8f7e-2f0b-4a55-9d6e-4c3c8a1d2e3f"
    name = name_of("i" * 64, key, Chain(10**9, 0))
    assert len(name) <= 80
    assert name.endswith("-6d5b8f7e2f0b-1000000000")
    branch = Chain(1, 0, "/0.1", main=3)
    assert name_of("i" * 64, key, branch) != name_of("i" * 64, key, branch._replace(main=4))
    assert len(name_of("i" * 64, key, Chain(10**4, 0, "/0.1/12.345/6.789/10.11", main=10**4))) <= 80
    assert following(Chain(1, 0), 24_000) == Chain(2, 23_980)
    assert not outgrown(Chain(1, 0), 23_000, 24_000)
    assert outgrown(Chain(1, 0), 23_000, 24_001)
    assert not outgrown(Chain(2, 22_980), 23_000, 50_000)  # a new execution would have no more room
