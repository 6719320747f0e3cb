"""The neutral history, read from recorded events of executions."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from portable_faas_aws.client.history import events

START = datetime(2026, 1, 1, tzinfo=UTC)


class Record:
    """Events as GetExecutionHistory gives them, one second apart."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []

    def add(self, kind: str, previous: int | None = None, **details: Any) -> int:
        number = len(self.events) + 1
        event = {
            "id": number,
            "previousEventId": number - 1 if previous is None else previous,
            "timestamp": START + timedelta(seconds=number),
            "type": kind,
            **details,
        }
        self.events.append(event)
        return number

    def scheduled(self, payload: Any, previous: int | None = None) -> int:
        parameters = json.dumps({"FunctionName": "f", "Payload": payload})
        return self.add("TaskScheduled", previous, taskScheduledEventDetails={"parameters": parameters})

    def succeeded(self, result: Any, previous: int | None = None) -> int:
        output = json.dumps({"Payload": result})
        return self.add("TaskSucceeded", previous, taskSucceededEventDetails={"output": output})

    def failed(self, error: str, message: Any, previous: int | None = None) -> int:
        cause = json.dumps({"errorMessage": json.dumps(message)})
        return self.add("TaskFailed", previous, taskFailedEventDetails={"error": error, "cause": cause})

    def shown(self) -> list[str]:
        return [
            f"{e.kind} {e.step} {e.fiber}{e.name}".strip()
            for e in events([self.events], lambda _payload: None, lambda part: part)
        ]


def call(kind: str = "charge", fiber: str = "", n: int = 1) -> dict[str, Any]:
    return {"kind": kind, "args": json.dumps({"n": n}), "fiber": fiber}


STATE = json.dumps({"frames": [], "run": ["", 0, 0, False]})


def test_a_call_that_was_prepared_and_one_that_a_lambda_ran() -> None:
    record = Record()
    record.add("ExecutionStarted")
    record.scheduled({"state": STATE, "call": call()})
    record.add("TaskStarted")
    record.succeeded({"value": "1"})
    record.scheduled({"state": STATE, "outcome": {}})
    record.succeeded({"to": "3:ship", "ran": call("ship", n=2)})
    assert record.shown() == ["Scheduled 1 charge", "Completed 1 charge", "Scheduled 2 ship", "Completed 2 ship"]
    first = events([record.events], lambda _payload: None, lambda part: part)[0]
    assert (first.at, first.data) == (int((START + timedelta(seconds=2)).timestamp() * 1000), '{"n": 1}')


def test_attempts_of_one_step_are_one_call() -> None:
    record = Record()
    for end in ("pfaas.retry", "pfaas.again", None):
        record.scheduled({"state": STATE, "call": call()})
        if end:
            record.failed(end, {"type": "OSError", "message": "later"})
        else:
            record.succeeded({"value": "1"})
    record.scheduled({"state": STATE, "call": call()})  # the same call once more is another step
    record.succeeded({"value": "1"})
    assert record.shown() == [
        "Scheduled 1 charge",
        "AttemptFailed 1 charge",
        "AttemptFailed 1 charge",
        "Completed 1 charge",
        "Scheduled 2 charge",
        "Completed 2 charge",
    ]


def test_an_exit_after_an_error_is_no_failure_of_the_activity() -> None:
    record = Record()
    record.scheduled({"state": STATE, "call": call()})
    record.failed("pfaas.to.3:refund", {"state": STATE})
    record.scheduled({"state": STATE, "call": call("refund")})
    record.failed("KeyError", {"type": "KeyError", "message": "'a'"})
    assert record.shown() == ["Scheduled 1 charge", "Completed 1 charge", "Scheduled 2 refund", "Failed 2 refund"]


def test_timers() -> None:
    record = Record()
    record.add("WaitStateEntered", stateEnteredEventDetails={"name": "sleep"})
    record.add("WaitStateExited", stateExitedEventDetails={"name": "sleep"})
    assert record.shown() == ["TimerSet 1", "TimerFired 1"]


def test_what_is_no_lambda_of_ours_is_passed_over() -> None:
    record = Record()
    parameters = json.dumps({"TableName": "t"})
    record.add("TaskScheduled", taskScheduledEventDetails={"parameters": parameters})
    record.add("TaskSucceeded", taskSucceededEventDetails={"output": "{}"})
    assert record.shown() == []


def test_branches_that_were_under_way_when_one_failed_are_abandoned() -> None:
    record = Record()
    begun = record.add("MapStateStarted")
    lines = [record.scheduled({"call": call(fiber=f"/0.{number}", n=number)}, begun) for number in range(3)]
    record.succeeded({"value": "1"}, lines[0])
    helper = record.scheduled({"branch": {"fiber": "/0.3"}}, begun)
    record.succeeded({"to": "2:charge"}, helper)
    bad = record.failed("ValueError", {"type": "ValueError", "message": "no"}, lines[2])
    record.add("MapStateFailed", bad)
    assert record.shown() == [
        "Scheduled 1 /0.0charge",
        "Scheduled 2 /0.1charge",
        "Scheduled 3 /0.2charge",
        "Completed 1 /0.0charge",
        "Failed 3 /0.2charge",
        "Abandoned 0 /0.1",
        "Abandoned 0 /0.3",
    ]


def test_timers_of_branches_that_wait_in_one_state() -> None:
    record = Record()
    begun = record.add("MapStateStarted")
    entered = [record.add("WaitStateEntered", begun, stateEnteredEventDetails={"name": "sleep"}) for _ in range(2)]
    for each in entered:
        record.add("WaitStateExited", each, stateExitedEventDetails={"name": "sleep"})
    assert record.shown() == ["TimerSet 1", "TimerSet 2", "TimerFired 1", "TimerFired 2"]


def entered(record: Record, made: dict[str, Any]) -> int:
    """A Wait state whose call was assigned by the state before it; by its number."""
    assigned = {"assignedVariables": {"state": '""', "call1": json.dumps(made)}}
    record.add("TaskStateExited", stateExitedEventDetails={"name": "begin", **assigned})
    return record.add("WaitStateEntered", stateEnteredEventDetails={"name": "sleep"})


def test_a_timer_of_no_time_or_of_a_moment_that_is_over_is_none() -> None:
    record = Record()
    for made in ({"wait": 0, "due": None}, {"wait": 0, "due": "2026-01-01T00:00:01.000Z"}, {"wait": 5000, "due": None}):
        entered(record, {"kind": "$timer", "fiber": "", **made})
        record.add("WaitStateExited", stateExitedEventDetails={"name": "sleep"})
    assert record.shown() == ["TimerSet 1", "TimerFired 1"]


def test_the_pause_before_another_attempt_is_no_timer() -> None:
    record = Record()
    entered(record, {**call(), "wait": 7})
    assert record.shown() == []


def listen(wait: str, seconds: int | None = None) -> dict[str, Any]:
    return {"listen": {"kind": "$event", "name": "go", "wait": wait, "seconds": seconds}}


def test_what_is_under_way_has_begun() -> None:
    record = Record()
    record.scheduled(listen("#1", 60))
    record.scheduled({"child": {"child": "pack", "id": "p", "given": "1", "wait": "/0.0#0"}}, 0)
    record.scheduled({"state": STATE, "call": call()}, 0)
    assert record.shown() == ["EventAwaited 1 go", "ChildStarted 2 /0.0pack", "Scheduled 3 charge"]
    first = events([record.events], lambda _payload: None, lambda part: part)[0]
    assert first.data == str(int((START + timedelta(seconds=61)).timestamp() * 1000))


def test_a_wait_whose_bell_is_attached_again_is_one_wait() -> None:
    record = Record()
    for _attempt in range(2):
        record.scheduled(listen("#1", 60))
        record.failed("Lambda.ServiceException", {})
    record.scheduled(listen("#1", 60))
    record.add("TaskTimedOut")
    assert record.shown() == ["EventAwaited 1 go", "TimerFired 1"]


def test_the_winner_of_a_race_is_known_where_its_end_names_the_beginning_of_the_group() -> None:
    record = Record()
    group = record.add("ParallelStateStarted")
    record.scheduled(listen("/0.0#0"), group)
    branches = json.dumps([{"kind": "$event"}, {"kind": "$timer", "fiber": "/0.1", "due": None, "wait": 1000}])
    timer = record.add("WaitStateEntered", group, stateEnteredEventDetails={"name": "sleep", "input": branches})
    record.add("WaitStateExited", timer, stateExitedEventDetails={"name": "sleep"})
    record.add("FailStateEntered", stateEnteredEventDetails={"name": "Return"})
    record.add("ParallelStateFailed", group)
    told = ["EventAwaited 1 /0.0go", "TimerSet 2 /0.1", "TimerFired 2 /0.1", "Abandoned 0 /0.0"]
    assert record.shown() == told


def test_an_event_that_was_put_back_was_raised_once() -> None:
    record = Record()
    record.scheduled({"hold": listen("/0.0#0")["listen"]})
    record.succeeded({"value": "1", "event": 7})
    for number in (7, 8):
        record.scheduled({"state": STATE, "outcome": {}})
        record.succeeded({"to": "return", "did": [["EventRaised", "", "go", '{"data":1}', None, str(number)]]})
    assert record.shown() == ["EventRaised 0 go", "EventRaised 0 go"]
