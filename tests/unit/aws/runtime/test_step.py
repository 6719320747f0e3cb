"""What the Lambdas of an app do with one payload: where a step ends, what it reports, what it reads back."""

import json
from typing import Any

import pytest
from portable_faas_aws.runtime.attempt import attempt, next_wait, tried_again
from portable_faas_aws.runtime.calls import milliseconds, moment
from portable_faas_aws.runtime.entry import handler
from portable_faas_aws.runtime.failures import failure_of, reported
from portable_faas_aws.runtime.outside import Code
from portable_faas_aws.runtime.report import fail

from portable_faas.context.calls import ActivityCall
from portable_faas.values import Failure, capture
from tests.aws.small import flows, load, main

WRAPPED = json.dumps({"errorMessage": json.dumps({"type": "KeyError", "message": "'a'"})})
APP = load(
    main(
        "a = await work(n)",
        "try:",
        "    a += await broken(a)",
        "except KeyError:",
        "    return -a",
        "return a",
        head="""
        @app.activity(retry=Retry(attempts=2, on=(OSError,)))
        def broken(n: int) -> int:
            if n > 100:
                raise OSError("later")
            if n > 10:
                raise KeyError(n)
            if n > 5:
                raise LookupError("gone")
            return n

        @app.activity
        async def slow(n: int) -> int:
            import asyncio

            await asyncio.sleep(0)
            return n
        """,
    )
)
CODE = Code(APP, flows(APP))
AT = moment(1_700_000_000_000)
SCOPE = next(iter(CODE.flows._steps))


def as_it_is(wire: Any) -> Any:
    return wire


def payload(**parts: Any) -> dict[str, Any]:
    at = moment(1_700_000_000_000)
    return {"scope": SCOPE, "id": "one", "key": "6d5b8f7e-2f0b-4a55-9d6e-4c3c8a1d2e3f", "at": at, **parts}


def run(function: str, **parts: Any) -> dict[str, Any]:
    """One invocation, its payload and result as JSON."""
    given = json.loads(json.dumps(payload(**parts)))
    result: dict[str, Any] = json.loads(json.dumps(handler(CODE, function)(given, None)))
    return result


def failed(function: str, **parts: Any) -> tuple[str, Any]:
    """The name and message of the error that an invocation ends with."""
    with pytest.raises(Exception) as caught:  # noqa: PT011, the class is made for each failure
        run(function, **parts)
    return type(caught.value).__name__, json.loads(str(caught.value))


def begun(n: int) -> dict[str, Any]:
    """The first step alone, up to `work`."""
    return run("main", begin={"input": str(n), "at": AT}, next=["1:work"])


def test_a_step_ends_at_its_first_await() -> None:
    result = begun(3)
    assert result["to"] == "1:work"
    assert (result["call"]["kind"], json.loads(result["call"]["args"])) == ("work", {"n": 3})


def test_an_activity_runs_between_the_python_before_and_after_it() -> None:
    result = run("work", begin={"input": "3", "at": AT}, site="1:work", next=["4:broken"])
    assert (result["to"], json.loads(result["call"]["args"])) == ("4:broken", {"n": 3})
    assert result["ran"] == {"kind": "work", "args": '{"n":3}', "fiber": ""}


def second(n: int) -> dict[str, Any]:
    """The state and call before `broken`."""
    found = run("work", begin={"input": str(n), "at": AT}, site="1:work", next=["4:broken"])
    return {"state": found["state"], "call": found["call"], "site": "4:broken"}


def test_an_end_that_the_state_machine_expects_is_a_result() -> None:
    result = run("broken", **second(4), next=["return"])
    assert (result["to"], result["call"]) == ("return", {"value": "8"})


def test_an_end_after_an_error_is_reported_as_one() -> None:
    name, message = failed("broken", **second(11), next=["never"])
    assert (name, message["call"]) == ("pfaas.to.return", {"value": "-11"})


def test_a_failure_that_nothing_handles_has_its_own_name() -> None:
    name, message = failed("broken", **second(6), next=["return"])
    assert (name, message["message"]) == ("LookupError", "gone")


def test_a_failure_that_the_policy_covers_is_tried_again() -> None:
    name, message = failed("broken", **second(101), next=["return"])
    assert (name, message["type"]) == ("pfaas.retry", "OSError")


def test_an_activity_alone_gives_its_value() -> None:
    call = begun(3)
    result = run("work", state=call["state"], call=call["call"], site="1:work")
    assert result == {"value": "3"}


def test_a_step_goes_on_with_an_outcome() -> None:
    state = begun(3)["state"]
    assert run("main", state=state, outcome={"value": "4"}, next=["4:broken"])["to"] == "4:broken"
    error, cause = "States.Timeout", ""
    outcome = {"failed": {"error": error, "cause": cause, "activity": "work", "timeout": 5}}
    name, message = failed("main", state=state, outcome=outcome, next=[])
    assert (name, message["message"]) == ("TimeoutError", "activity work timed out after 5 s")


def test_input_that_does_not_fit_ends_the_orchestrator() -> None:
    name, message = failed("main", begin={"input": '"text"', "at": AT}, next=["1:work"])
    assert name == "portable_faas.errors.NotPortable"
    assert "int" in message["message"]


def call(name: str) -> ActivityCall[Any]:
    made = APP.activities[name](1)
    assert isinstance(made, ActivityCall)
    return made


def test_attempts_of_plain_and_coroutine_functions() -> None:
    assert attempt(call("work"), '{"n": 2}') == ("2", None)
    assert attempt(call("slow"), '{"n": 2}') == ("2", None)
    text, failure = attempt(call("broken"), '{"n": 101}')
    assert (text, failure) == ("", capture(OSError("later")))
    assert failure is not None
    assert tried_again(call("broken"), 1, failure)
    assert not tried_again(call("broken"), 2, failure)
    assert next_wait(call("broken"), 1, failure) == 1
    assert next_wait(call("broken"), 2, failure) is None
    assert not tried_again(call("work"), 1, failure)


@pytest.mark.parametrize(
    ("error", "cause", "found"),
    [
        (
            "KeyError",
            WRAPPED,
            ("KeyError", "'a'"),
        ),
        ("KeyError", json.dumps({"type": "KeyError", "message": "'a'"}), ("KeyError", "'a'")),
        ("States.Runtime", "no JSON", ("States.Runtime", "no JSON")),
        ("States.Runtime", "[1]", ("States.Runtime", "[1]")),
        ("Runtime.X", json.dumps({"errorMessage": "plain"}), ("Runtime.X", json.dumps({"errorMessage": "plain"}))),
        ("Runtime.X", json.dumps({"errorMessage": None}), ("Runtime.X", json.dumps({"errorMessage": None}))),
        ("Runtime.X", "", ("Runtime.X", "")),
    ],
)
def test_reports_are_read_back_and_anything_else_keeps_its_name(error: str, cause: str, found: tuple[str, str]) -> None:
    assert reported(error, cause, as_it_is)[:2] == found


@pytest.mark.parametrize("error", ["Lambda.Unknown", "Runtime.ExitError", "Runtime.OutOfMemory"])
def test_a_dead_process_is_a_crash(error: str) -> None:
    failure = failure_of({"error": error, "cause": "exit status 1", "activity": "work"}, as_it_is)
    assert failure.type == "portable_faas.errors.ActivityCrashed"


def test_a_report_is_named_and_carries_json() -> None:
    with pytest.raises(Exception, match=r'{"a": "é"}') as caught:
        fail("shop.app.OutOfStock", {"a": "é"})
    assert type(caught.value).__name__ == "shop.app.OutOfStock"


def test_moments_there_and_back() -> None:
    assert moment(1_700_000_000_005) == "2023-11-14T22:13:20.005Z"
    assert milliseconds("2023-11-14T22:13:20.005Z") == 1_700_000_000_005
    assert Failure("a", "b").to_wire() == {"type": "a", "message": "b"}
