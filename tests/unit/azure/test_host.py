"""The emulated host replays action lists as the Durable extension does: bare SDK programs show it."""

import json
from collections.abc import Generator
from datetime import timedelta
from typing import Any

import pytest
from portable_faas_azure.emulator.actions import ActionReplay, NonDeterministic, when_any
from portable_faas_azure.emulator.functions import Functions
from portable_faas_azure.emulator.history import EventType, context, event, execution_started
from portable_faas_azure.emulator.instance import Instance

from tests.unit.azure.conftest import RunBare

NAIVE_START = 1_767_225_600_000


def seconds(instance: Instance) -> float:
    return (instance.updated - instance.created) / 1000


def timer(context: Any, after: float) -> Any:
    return context.create_timer(context.current_utc_datetime + timedelta(seconds=after))


def old_and_new(context: Any) -> Generator[Any, Any, float]:
    start = context.current_utc_datetime
    old, first = timer(context, 2), timer(context, 1)
    yield context.task_any([old, first])
    new = timer(context, 100)
    yield context.task_any([old, new])
    yield timer(context, 1)
    seen: float = (context.current_utc_datetime - start).total_seconds()
    yield new
    return seen


def fails_fast(context: Any) -> Generator[Any, Any, float]:
    start = context.current_utc_datetime
    try:
        yield context.task_all([context.call_activity("fail", "x"), timer(context, 100)])
    except Exception:
        yield context.call_activity("quick", "y")
    seen: float = (context.current_utc_datetime - start).total_seconds()
    return seen


def forgets_its_timer(context: Any) -> Generator[Any, Any, str]:
    yield context.task_any([context.call_activity("quick", "x"), timer(context, 3600)])
    return "done"


def cancels_its_timer(context: Any) -> Generator[Any, Any, str]:
    alarm = timer(context, 3600)
    yield context.task_any([context.call_activity("quick", "x"), alarm])
    alarm.cancel()
    return "done"


def fails(context: Any) -> Generator[Any, Any, None]:
    yield context.call_activity("fail", "x")


@pytest.mark.parametrize(("blocking", "expected"), [(True, 101), (False, 3)])
def test_a_wait_for_old_and_new_blocks_until_the_new_one_ends(
    run_bare: RunBare, blocking: bool, expected: float
) -> None:
    assert run_bare(old_and_new, blocking=blocking).output == expected


@pytest.mark.parametrize(("blocking", "expected"), [(True, 100), (False, 0)])
def test_a_when_all_ends_with_its_last_task_even_after_a_failure(
    run_bare: RunBare, blocking: bool, expected: float
) -> None:
    assert run_bare(fails_fast, blocking=blocking).output == expected


def test_an_instance_ends_only_when_its_timers_have(run_bare: RunBare) -> None:
    assert seconds(run_bare(forgets_its_timer)) == 3600
    assert seconds(run_bare(cancels_its_timer)) == 0


def test_a_bare_failure_fails_the_instance_with_the_texts_of_the_host(run_bare: RunBare) -> None:
    instance = run_bare(fails)
    assert instance.status == "Failed"
    assert instance.output.startswith(
        "Orchestrator function 'fails' failed: Activity function 'fail' failed:  LookupError: x"
    )
    assert [event["EventType"] for event in instance.history] == [12, 0, 4, 13, 12, 6, 13, 1]


def test_the_context_and_the_state_are_those_captured_from_the_sdk(run_bare: RunBare) -> None:
    sent: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def spy(functions: Functions, name: str, body: dict[str, Any]) -> dict[str, Any]:
        state = original(functions, name, body)
        sent.append((json.loads(json.dumps(body)), state))
        return state

    original = Functions.orchestrate
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Functions, "orchestrate", spy)
        run_bare(cancels_its_timer)
    (first, begun), (second, done) = sent
    assert list(first) == [
        "history",
        "input",
        "instanceId",
        "isReplaying",
        "parentInstanceId",
        "upperSchemaVersion",
        "upperSchemaVersionNew",
        "longRunningTimerIntervalDuration",
        "maximumShortTimerDuration",
        "defaultHttpAsyncRequestSleepTimeMillseconds",
    ]
    assert [set(found) for found in second["history"]] == [
        {"EventType", "EventId", "IsPlayed", "Timestamp"},
        {"EventType", "EventId", "IsPlayed", "Timestamp", "OrchestrationInstance", "ParentInstance", "Name", "Version"}
        | {"Input", "Tags"},
        {"EventType", "EventId", "IsPlayed", "Timestamp", "Name", "Version", "Input"},
        {"EventType", "EventId", "IsPlayed", "Timestamp", "FireAt"},
        {"EventType", "EventId", "IsPlayed", "Timestamp"},
        {"EventType", "EventId", "IsPlayed", "Timestamp"},
        {"EventType", "EventId", "IsPlayed", "Timestamp", "TaskScheduledId", "Result"},
    ]
    assert [found["IsPlayed"] for found in second["history"]] == [True] * 5 + [False] * 2
    assert second["history"][2]["Input"] == '["\\"x\\""]'
    assert begun["schemaVersion"] == 2
    assert begun["isDone"] is False
    assert done["isDone"] is True
    assert [part["isCanceled"] for part in done["actions"][0][0]["compoundActions"][1:]] == [True]


def replayed(actions: list[dict[str, Any]], *recorded: dict[str, Any]) -> ActionReplay:
    replay = ActionReplay(actions)
    for found in (execution_started(0, "one", "0" * 32, "main", None), *recorded):
        replay.feed(found)
    return replay


def call(name: str) -> dict[str, Any]:
    return {"actionType": 0, "functionName": name, "input": '"x"'}


def test_a_list_is_replayed_one_action_after_another() -> None:
    scheduled = event(EventType.TASK_SCHEDULED, 0, 0, Name="a")
    completed = event(EventType.TASK_COMPLETED, 0, TaskScheduledId=0, Result="1")
    assert list(replayed([call("a"), call("b")]).new) == [0]
    assert list(replayed([call("a"), call("b")], scheduled).new) == []
    later = replayed([call("a"), call("b")], scheduled, completed)
    assert list(later.new) == [1]
    assert not later.finished
    assert replayed([call("a")], scheduled, completed).finished


def test_other_code_than_the_recorded_is_found() -> None:
    scheduled = event(EventType.TASK_SCHEDULED, 0, 0, Name="a")
    with pytest.raises(NonDeterministic, match=r"event 0 .TASK_SCHEDULED a., which the code did not schedule"):
        replayed([call("b")], scheduled)
    with pytest.raises(NonDeterministic, match="TIMER_CREATED"):
        replayed([call("b")], event(EventType.TIMER_CREATED, 0, 0, FireAt="2026-01-01T00:00:00Z"))


def test_an_action_or_a_wait_that_the_host_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="does not know action type 8"):
        replayed([{"actionType": 8}])
    with pytest.raises(ValueError, match="contains no tasks"):
        when_any([])


def test_the_context_of_a_first_turn_is_not_a_replay() -> None:
    assert context("one", None, [event(EventType.ORCHESTRATOR_STARTED, NAIVE_START)])["isReplaying"] is False
