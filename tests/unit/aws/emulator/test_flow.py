"""Hand-written JSONata machines over real Lambda processes."""

import json
import time

import pytest
from portable_faas_aws.emulator import Emulator
from portable_faas_aws.emulator.timestamps import to_text

from tests.unit.aws.emulator.conftest import Run, Start, history, task

OUT = "OutOfStock"


def test_hello(run: Run, aws: Emulator) -> None:
    done = run({"Hello": task("echo", {"name": "{% $states.input.name %}"})}, {"name": "Ada"})
    assert (done["status"], done["output"]) == ("SUCCEEDED", {"name": "Ada"})
    assert aws.usage(done["executionArn"]) == {"transitions": 1, "lambda_invocations": 1}
    assert "echo {'name': 'Ada'}" in aws.logs("echo")


def test_a_failed_task_is_retried_with_growing_delays_until_it_succeeds(run: Run, aws: Emulator) -> None:
    retry = [{"ErrorEquals": [OUT], "IntervalSeconds": 60, "BackoffRate": 3, "MaxAttempts": 5}]
    done = run({"Try": task("flaky", {"key": "a", "after": 3}, Retry=retry)})
    assert (done["output"], done["seconds"]) == (3, 240)
    assert aws.usage(done["executionArn"]) == {"transitions": 3, "lambda_invocations": 3}


def test_a_retry_gives_up_with_the_error_of_the_function(run: Run) -> None:
    done = run({"Try": task("fail", {}, Retry=[{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}])})
    assert (done["status"], done["error"], done["seconds"]) == ("FAILED", OUT, 1)
    assert json.loads(done["cause"])["errorMessage"] == "none left"


def test_a_map_gives_its_results_in_order_and_counts_every_iteration(run: Run, aws: Emulator) -> None:
    each = {"StartAt": "One", "States": {"One": task("echo", {"n": "{% $states.input %}"})}}
    processor = {"ProcessorConfig": {"Mode": "INLINE"}, **each}
    states = {
        "All": {"Type": "Map", "Items": "{% [1..9] %}", "MaxConcurrency": 3, "ItemProcessor": processor, "End": True}
    }
    done = run(states)
    assert done["output"] == [{"n": n} for n in range(1, 10)]
    assert aws.usage(done["executionArn"]) == {"transitions": 10, "lambda_invocations": 9}


def test_a_map_runs_at_most_as_many_iterations_as_it_may(run: Run) -> None:
    wait = {"Type": "Wait", "Seconds": 10, "End": True}
    processor = {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "W", "States": {"W": wait}}
    states = {"All": {"Type": "Map", "Items": "{% [1..90] %}", "ItemProcessor": processor, "End": True}}
    assert run(states)["seconds"] == 30  # 40 at a time is all that an inline Map runs
    states["All"]["MaxConcurrency"] = 9
    assert run(states)["seconds"] == 100


def test_a_failed_branch_ends_the_others_and_is_caught(run: Run, aws: Emulator) -> None:
    late = {
        "StartAt": "Late",
        "States": {"Late": {"Type": "Wait", "Seconds": 1000, "Next": "Never"}, "Never": task("echo", 1)},
    }
    failing = {"StartAt": "Fails", "States": {"Fails": task("fail", {})}}
    caught = [{"ErrorEquals": [OUT], "Output": "{% $states.errorOutput.Error %}", "Next": "Caught"}]
    states = {
        "Both": {"Type": "Parallel", "Branches": [late, failing], "Catch": caught, "End": True},
        "Caught": {"Type": "Pass", "End": True},
    }
    done = run(states)
    assert (done["output"], done["seconds"]) == (OUT, 0)
    entered = [
        e["stateEnteredEventDetails"]["name"]
        for e in history(aws, done["executionArn"])
        if "stateEnteredEventDetails" in e
    ]
    assert sorted(entered) == ["Both", "Caught", "Fails", "Late"]


def test_a_day_passes_in_no_time_and_every_clock_of_the_machine_shows_it(run: Run, aws: Emulator) -> None:
    times = ["{% $now() %}", "{% $states.context.State.EnteredTime %}", "{% $fromMillis($millis()) %}"]
    began = time.monotonic()
    done = run(
        {
            "Day": {"Type": "Wait", "Seconds": 86400, "Next": "Read"},
            "Read": {"Type": "Pass", "Output": [*times, "{% $states.context.Execution.StartTime %}"], "End": True},
        }
    )
    assert time.monotonic() - began < 5
    assert done["seconds"] == 86400
    now, entered, millis, started = done["output"]
    assert now == entered == millis == done["stopDate"].isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert started == done["startDate"].isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert history(aws, done["executionArn"])[-1]["timestamp"] == done["stopDate"]


def test_a_timestamp_with_a_fraction_and_an_offset_is_waited_for(run: Run) -> None:
    until = "{% $fromMillis($millis() + 1500, '[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z]', '+0200') %}"
    wait = {"Type": "Wait", "Timestamp": until, "End": True}
    assert run({"Wait": wait})["seconds"] == 1.5
    assert run({"Wait": {**wait, "Timestamp": "2001-01-01T00:00:00Z"}})["seconds"] == 0


@pytest.mark.parametrize(
    ("function", "payload", "error"),
    [
        ("brief", {"seconds": 30}, "Sandbox.Timedout"),
        ("crash", {}, "Runtime.ExitError"),
        ("missing", {}, "Runtime.ImportModuleError"),
        ("nobody", {}, "Lambda.ResourceNotFoundException"),
    ],
)
def test_failures_of_the_platform_have_their_names(run: Run, function: str, payload: object, error: str) -> None:
    done = run({"Call": task(function, payload)})
    assert (done["status"], done["error"]) == ("FAILED", error)


def test_after_a_crash_the_next_call_gets_a_new_process(run: Run) -> None:
    catch = [{"ErrorEquals": ["Runtime.ExitError"], "Next": "Again"}]
    done = run({"Call": task("crash", {"status": 3}, Catch=catch), "Again": task("crash", {"status": 4})})
    assert json.loads(done["cause"])["errorMessage"].endswith("exit status 4")


def test_the_time_out_of_a_task_counts_real_seconds_of_its_function(run: Run) -> None:
    began = time.monotonic()
    catch = [{"ErrorEquals": ["States.Timeout"], "Output": "{% $states.errorOutput.Error %}", "Next": "Late"}]
    late = {"Type": "Wait", "Seconds": 3600, "End": True}
    done = run({"Slow": task("sleep", {"seconds": 8}, TimeoutSeconds=1, Catch=catch), "Late": late})
    assert (done["output"], done["seconds"]) == ("States.Timeout", 3600)  # nobody waits for the function any more
    assert 1 <= time.monotonic() - began < 8


def test_a_working_function_holds_the_clock(run: Run) -> None:
    waiting = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 5, "Next": "T"}, "T": now()}}
    working = {"StartAt": "F", "States": {"F": task("sleep", {"seconds": 0.6}, Next="U"), "U": now()}}
    done = run({"Both": {"Type": "Parallel", "Branches": [waiting, working], "End": True}})
    started = int(done["startDate"].timestamp() * 1000 + 0.5)
    assert [moment - started for moment in done["output"]] == [5000, 0]


def now() -> dict[str, object]:
    return {"Type": "Pass", "Output": "{% $millis() %}", "End": True}


def test_the_time_out_of_a_machine_is_due_on_its_clock(run: Run) -> None:
    done = run({"Long": {"Type": "Wait", "Seconds": 500, "End": True}}, TimeoutSeconds=60)
    assert (done["status"], done["seconds"]) == ("TIMED_OUT", 60)


def test_the_clock_stands_still_until_somebody_waits_or_moves_it(start: Start, aws: Emulator) -> None:
    arn = start({"Wait": {"Type": "Wait", "Seconds": 10, "End": True}})

    def status() -> object:
        return aws.client("stepfunctions").describe_execution(executionArn=arn)["status"]

    before = aws.clock.now()
    aws.advance(9.999, 5)
    assert (aws.clock.now() - before, status()) == (9999, "RUNNING")
    aws.advance(0.001, 5)
    assert status() == "SUCCEEDED"


def test_many_executions_at_once(start: Start, aws: Emulator) -> None:
    states = {"Wait": {"Type": "Wait", "Seconds": 1, "Next": "Call"}, "Call": task("echo", "{% $states.input %}")}
    started = [start(states, {"n": n}) for n in range(40)]
    assert [json.loads(aws.result(arn)["output"]) for arn in started] == [{"n": n} for n in range(40)]


def test_the_clock_stops_where_the_awaited_execution_ends(start: Start, aws: Emulator) -> None:
    began = aws.clock.now()
    long = start({"Wait": {"Type": "Wait", "Seconds": 1000, "End": True}})
    for seconds in (10, 25):
        states = {"Wait": {"Type": "Wait", "Timestamp": to_text(began + seconds * 1000), "End": True}}
        aws.result(start(states), 5)
        assert aws.clock.now() - began == seconds * 1000
    assert aws.client("stepfunctions").describe_execution(executionArn=long)["status"] == "RUNNING"
    aws.client("stepfunctions").stop_execution(executionArn=long)


def test_stopping_an_execution_ends_it_at_once(start: Start, aws: Emulator) -> None:
    step_functions = aws.client("stepfunctions")
    slow = {"StartAt": "S", "States": {"S": task("sleep", {"seconds": 20})}}
    wait = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 20, "End": True}}}
    arn = start({"Both": {"Type": "Parallel", "Branches": [slow, wait], "End": True}})
    step_functions.stop_execution(executionArn=arn, error="Stop", cause="enough")
    assert step_functions.describe_execution(executionArn=arn)["status"] == "ABORTED"
    assert history(aws, arn)[-1]["type"] == "ExecutionAborted"


def test_a_function_sees_its_environment_and_reaches_the_account(run: Run, aws: Emulator) -> None:
    names = ["COLOUR", "PFAAS_BUCKET", "PFAAS_TABLE", "AWS_ENDPOINT_URL", "AWS_LAMBDA_FUNCTION_NAME", "HOME"]
    found = run({"Env": task("environment", {"names": names})})["output"]
    assert found == dict(zip(names, ["red", aws.bucket, aws.table, aws.endpoint, "environment", None], strict=True))
    aws.client("s3").put_object(Bucket=aws.bucket, Key="k", Body=b"v")
    aws.client("dynamodb").put_item(TableName=aws.table, Item={"id": {"S": "1"}})
    assert aws.client("s3").get_object(Bucket=aws.bucket, Key="k")["Body"].read() == b"v"


def test_functions_called_by_a_client(aws: Emulator) -> None:
    client = aws.client("lambda")
    answer = client.invoke(FunctionName="fail", Payload=b"{}")
    assert answer["FunctionError"] == "Unhandled"
    assert json.loads(answer["Payload"].read())["errorType"] == OUT
    assert client.invoke(FunctionName="echo", InvocationType="Event", Payload=b'"later"')["StatusCode"] == 202
    deadline = time.monotonic() + 10
    while "echo later" not in aws.logs("echo") and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "echo later" in aws.logs("echo")


def test_a_deep_recursion_in_an_expression(run: Run) -> None:
    sum_up = "( $f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(200) )"
    assert run({"A": {"Type": "Pass", "Output": f"{{% {sum_up} %}}", "End": True}})["output"] == 200
