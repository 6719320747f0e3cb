"""Each trap of the 1.x SDK and its host: a program is right with the cure and wrong as soon as it is taken away."""

import asyncio
import json
import sys
import time
import timeit
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import azure.durable_functions as df
import dateutil.parser
import pytest
from azure.durable_functions.models.actions.WhenAnyAction import WhenAnyAction
from portable_faas_azure.emulator.functions import Functions
from portable_faas_azure.emulator.history import EventType, context, event, execution_started
from portable_faas_azure.runtime import function_app, sdk
from portable_faas_azure.runtime import steps as following
from portable_faas_azure.runtime.client import CLIENT
from portable_faas_azure.runtime.df1 import Df1, Hub

from portable_faas import App, Context, Retry
from portable_faas.client import Client, Status
from portable_faas.errors import OrchestrationFailed
from portable_faas.provider import get_provider
from portable_faas.testing.running import scratch_folder
from portable_faas.testing.scratch import tally

app = App("traps")
EVENTS: Any = sys.modules["azure.durable_functions.models.history.HistoryEvent"]
START = datetime(2026, 1, 1, tzinfo=UTC)
LOOKALIKE = {"__class__": "Gone", "__module__": "nowhere", "__data__": {"n": 1}}


@app.activity
def echo(value: object) -> object:
    return value


@app.activity(timeout=800)
def punctual(n: int) -> int:
    return n


@app.activity(timeout=1, retry=Retry(attempts=2, first=0))
def late_at_first(key: str) -> str:
    count = tally(key)
    if count == 1:
        time.sleep(1.8)
    return f"attempt {count}"


@app.activity(retry=Retry(attempts=5, first=10, jitter=True))
def broken(text: str) -> str:
    raise LookupError(text)


async def steps(ctx: Context, waits: list[float]) -> float:
    start = ctx.now()
    for wait in waits:
        await ctx.sleep(wait)
    return (ctx.now() - start).total_seconds()


@app.orchestrator
async def side_by_side(ctx: Context, waits: list[list[float]]) -> list[float]:
    return await ctx.gather(*[steps(ctx, mine) for mine in waits])


@app.orchestrator
async def in_time(ctx: Context, n: int) -> int:
    return await punctual(n)


@app.orchestrator
async def in_time_then_naps(ctx: Context, waits: list[float]) -> list[float]:
    await punctual(1)
    return await ctx.gather(*[steps(ctx, [wait]) for wait in waits])


@app.orchestrator
async def second_try(ctx: Context, key: str) -> list[str]:
    first = await late_at_first(key)
    await ctx.sleep(5)
    return [first, await late_at_first(key)]


@app.orchestrator
async def jittery(ctx: Context, text: str) -> str:
    return await broken(text)


@app.orchestrator
async def publish(ctx: Context, values: list[object]) -> object:
    for value in values:
        await ctx.set_status(value)
    return await echo(values[-1])


@app.orchestrator
async def same_uuid(ctx: Context, naps: int) -> bool:
    drawn = str(ctx.uuid())
    sent = await echo(drawn)
    for _ in range(naps):
        await ctx.sleep(1)
    return sent == drawn


@app.orchestrator
async def chain(ctx: Context, n: int) -> int:
    for i in range(n):
        await echo(i)
    return n


def ran(name: str, value: object) -> tuple[Any, Status, float]:
    """The result, the status and the elapsed virtual seconds."""

    async def run() -> tuple[Any, Status, float]:
        with scratch_folder():
            async with get_provider("azure").emulate(app, storage="memory") as backend:
                handle = await Client(app, backend).start(app.orchestrators[name], value)
                try:
                    result: Any = await handle.result()
                except OrchestrationFailed as failed:
                    result = failed
                status = await handle.status()
                return result, status, (status.updated_at - status.created_at).total_seconds()

    return asyncio.run(run())


def test_branches_do_not_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    waits = [[1.0, 1.0, 1.0], [0.5, 100.0]]
    assert ran("side_by_side", waits)[0] == [3, 100.5]

    def plain(hub: Any, new: list[Any]) -> Any:
        cured(hub, new)
        hub.action_repr = WhenAnyAction([task.action_repr for task in new])
        return hub

    cured = Hub.wait
    monkeypatch.setattr(Hub, "wait", plain)  # without the empty WhenAll
    assert ran("side_by_side", waits)[0][0] > 100


def test_a_losing_timer_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ran("in_time", 3)[::2] == (3, 0)

    def keep(driver: Df1, task: Any) -> None:
        driver._live.discard(task)

    monkeypatch.setattr(Df1, "forget", keep)
    assert ran("in_time", 3)[::2] == (3, 800)


def test_a_cancelled_timer_that_fires_changes_nothing() -> None:
    assert ran("in_time_then_naps", [2000.0])[::2] == ([2000.0], 2000)
    assert ran("in_time_then_naps", [2000.0, 900.0, 1000.0])[::2] == ([2000.0, 900.0, 1000.0], 2000)


def test_a_late_result_is_dropped() -> None:
    result, _, elapsed = ran("second_try", "key")
    assert result == ["attempt 2", "attempt 3"]
    assert elapsed == pytest.approx(6, abs=0.001)


def test_a_long_timer_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    day = 86400.0
    waits = [[0.5, 10 * day], [day] * 5]
    assert ran("side_by_side", waits)[0] == [10 * day + 0.5, 5 * day]
    monkeypatch.setattr(following, "LONGEST_TIMER", 366 * 86_400_000)
    assert ran("side_by_side", waits)[0][1] > 5 * day


def test_jitter_is_the_same_in_every_replay_and_within_its_bounds() -> None:
    first, second = ran("jittery", "no"), ran("jittery", "no")
    for result, _, elapsed in (first, second):
        assert (result.error_type, result.message) == ("LookupError", "no")
        assert 0 < elapsed < 10 + 20 + 40 + 80
    assert first[2] != second[2]


def test_a_uuid_is_the_same_in_every_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ran("same_uuid", 2)[0] is True
    monkeypatch.setattr(Df1, "key", property(lambda _driver: str(uuid4())))
    assert ran("same_uuid", 2)[0] is False


@pytest.mark.parametrize("value", [0, "", False, [], {}, None])
def test_a_falsy_custom_status_is_published(value: object) -> None:
    result, status, _ = ran("publish", ["before", value])
    assert result == value
    assert status.custom_status == value


def test_a_value_that_looks_like_a_class_of_the_sdk_stays_a_value() -> None:
    result, status, _ = ran("publish", [LOOKALIKE])
    assert result == status.custom_status == status.output == LOOKALIKE
    assert status.input == [LOOKALIKE]


@pytest.mark.parametrize("text", ["a\n\n$OutOfProcData$:{}", "b\nStack: c", "portable_faas failure {}", "snow \u2603"])
def test_the_text_of_an_error_survives_the_markers_of_the_host(text: str) -> None:
    result, status, _ = ran("jittery", text)
    assert (result.error_type, result.message) == ("LookupError", text)
    assert status.status == "Failed"


def body(form: Callable[[datetime], str]) -> dict[str, Any]:
    """The second turn of ``chain(2)``, with every timestamp written by ``form``."""
    history = [
        event(EventType.ORCHESTRATOR_STARTED, 0),
        execution_started(0, "one", "0" * 32, "chain", '"2"'),
        event(EventType.TASK_SCHEDULED, 0, 0, Name="echo", Version="", Input="[]"),
        event(EventType.ORCHESTRATOR_COMPLETED, 0),
        event(EventType.ORCHESTRATOR_STARTED, 0),
        event(EventType.TASK_COMPLETED, 0, TaskScheduledId=0, Result='"{\\"ok\\":0}"'),
    ]
    for at, recorded in enumerate(history):
        recorded["Timestamp"] = form(START + timedelta(microseconds=at))
    return context("one", '"2"', history)


FORMS: dict[str, Callable[[datetime], str]] = {
    "utc": lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
    "naive": lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.%f"),
    "seven digits": lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.%f7Z"),
    "offset": lambda at: at.astimezone().isoformat(),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_timestamp_is_read(form: str) -> None:
    state = Functions(function_app(app)).orchestrate("chain", body(FORMS[form]))
    assert [action["functionName"] for action in state["actions"][0]] == ["echo", "echo"]


def test_a_naive_timestamp_breaks_the_uncured_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = Functions(function_app(app))
    monkeypatch.setattr(EVENTS, "dt_parse", dateutil.parser.parse)
    state = functions.orchestrate("chain", body(FORMS["naive"]))
    assert "offset-naive and offset-aware" in state["error"]


def test_no_event_is_read_with_dateutil(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(text: str) -> datetime:
        raise AssertionError(text)

    monkeypatch.setattr(EVENTS, "dt_parse", refuse)
    function_app(app)  # cures again
    assert ran("chain", 3)[0] == 3
    assert EVENTS.dt_parse is sdk.moment


def test_the_cures_change_nothing_that_goes_back_to_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, dict[str, Any]]] = []
    original = Functions.orchestrate

    def spy(functions: Functions, name: str, context: dict[str, Any]) -> dict[str, Any]:
        sent.append((name, json.loads(json.dumps(context))))
        return original(functions, name, context)

    monkeypatch.setattr(Functions, "orchestrate", spy)
    for name, value in (("chain", 5), ("side_by_side", [[1.0, 1.0], [0.5]]), ("second_try", "cures"), ("jittery", "x")):
        ran(name, value)
    monkeypatch.undo()
    assert len(sent) > 20
    functions = Functions(function_app(app))
    cured = [functions.orchestrate(*turn) for turn in sent]
    sdk.put(sdk.UNCURED)
    try:
        assert [functions.orchestrate(*turn) for turn in sent] == cured
    finally:
        sdk.cure()


def test_a_value_that_is_no_text_goes_through_the_codec_of_the_sdk() -> None:
    names = {name: value for _, name, value in sdk.CURES}
    assert names["df_dumps"]({"a": 1}) == '{"a": 1}'
    assert names["df_loads"]('"x"', expected_type=str) == "x"
    assert names["df_loads"]('{"a": 1}') == {"a": 1}


def test_reading_a_timestamp_costs_a_tenth_at_most() -> None:
    text = FORMS["utc"](START)
    cured = min(timeit.repeat(lambda: sdk.moment(text), number=300, repeat=5))
    uncured = min(timeit.repeat(lambda: dateutil.parser.parse(text), number=300, repeat=5))
    assert cured * 10 < uncured


def test_an_extension_without_when_any_is_refused() -> None:
    sent = body(FORMS["utc"])
    sent["upperSchemaVersion"] = sent["upperSchemaVersionNew"] = 0
    state = Functions(function_app(app)).orchestrate("chain", sent)
    assert "extension is too old" in state["error"]


def test_a_task_that_the_platform_gave_up_is_a_crash() -> None:
    sent = body(FORMS["utc"])
    gone = {"EventType": EventType.TASK_FAILED, "Reason": "worker process exited", "Details": "137"}
    sent["history"][-1] |= gone
    state = Functions(function_app(app)).orchestrate("chain", sent)
    failure = json.loads(state["error"].removeprefix("portable_faas failure "))
    assert failure["type"] == "portable_faas.errors.ActivityCrashed"
    assert failure["message"] == "activity echo crashed: its process ended"


def test_what_is_registered_is_of_the_sdks_own_kind() -> None:
    functions = function_app(app)
    assert isinstance(functions, df.DFApp)
    found = {function.get_function_name(): function.get_trigger() for function in functions.get_functions()}
    assert {name: trigger.type for name, trigger in found.items() if trigger} == {
        **dict.fromkeys([*app.activities, CLIENT], "activityTrigger"),
        **dict.fromkeys(app.orchestrators, "orchestrationTrigger"),
    }
