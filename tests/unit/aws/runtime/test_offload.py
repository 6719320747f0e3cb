"""What is too large for a state machine goes to S3, within every limit, and comes back as it was."""

import json
from typing import Any

import boto3
import pytest
from portable_faas_aws.runtime.bucket import Scratch
from portable_faas_aws.runtime.calls import describe
from portable_faas_aws.runtime.offload import (
    GATHERING,
    OUTCOMES,
    REPORT,
    ROOM,
    Values,
    lightened,
    quoted,
    reported,
    shrunk,
    size,
)

from portable_faas import App, Context
from portable_faas.context.calls import Gather
from portable_faas.stepping import Flows, StepRun
from portable_faas.values import capture

KEY = "6d5b8f7e-2f0b-4a55-9d6e-4c3c8a1d2e3f"
LARGE = "x" * 300_000
app = App("offload")


@app.activity
def same(text: str) -> str:
    return text


class Refusing:
    """A bucket that nobody may touch."""

    def put(self, key: str, text: str) -> None:
        raise AssertionError(f"{key} was written")

    def get(self, key: str) -> str:
        raise AssertionError(f"{key} was read")


@pytest.fixture
def bucket() -> Scratch:
    return Scratch()


@pytest.fixture
def values(bucket: Scratch) -> Values:
    return Values(KEY, bucket)


def later(bucket: Scratch) -> Values:
    """The values as another process sees them, which remembers nothing."""
    return Values(KEY, bucket)


def gathered(texts: list[str], prefix: str = "") -> dict[str, Any]:
    run = StepRun("one", KEY, "log", 0)
    gather: Gather[Any] = Context(run).gather(*[same(text) for text in texts])  # type: ignore[assignment]
    return describe(Flows([]), run, gather, prefix, 0)


def test_what_fits_stays_and_s3_is_not_touched() -> None:
    values = Values(KEY, Refusing())
    result = {"to": "2:ship", "state": "s" * 1000, "call": gathered(["a", "b"]), "ran": {"args": "{}", "fiber": ""}}
    assert shrunk(values, lightened(values, result), ROOM) is result
    failure = capture(ValueError("no")).to_wire()
    assert reported(values, failure, REPORT) is failure
    assert values.grown({"begin": {"input": "1"}, "outcome": {"all": [{"value": "1"}, {"error": failure}]}})


def test_the_largest_part_goes_first_and_alone(values: Values, bucket: Scratch) -> None:
    call = {"kind": "ship", "args": "a" * 50_000, "policy": "p", "timeout": None, "fiber": ""}
    result = {"to": "2:ship", "state": LARGE, "call": call}
    found = shrunk(values, result, ROOM)
    assert found["call"] == call
    assert size(found) <= ROOM
    assert result["state"] == LARGE
    assert list(bucket.texts.values()) == [LARGE]
    assert next(iter(bucket.texts)).startswith(f"values/{KEY}/")
    assert later(bucket).grown(found) == result


def test_equal_text_is_one_object(values: Values, bucket: Scratch) -> None:
    assert values.put(LARGE) == values.put(LARGE)
    assert len(bucket.texts) == 1


@pytest.mark.parametrize("unit", ["x", '"', "\\", "é", "\n", "\U0001f600"])
def test_a_report_has_room_whatever_its_text_is_made_of(values: Values, bucket: Scratch, unit: str) -> None:
    result = {"to": "9:undo", "state": unit * 9000, "call": {"kind": "undo", "args": unit * 9000, "fiber": ""}}
    found = shrunk(values, result, REPORT, quoted)
    assert quoted(found) <= REPORT
    assert later(bucket).grown(found) == result
    failure = capture(ValueError(unit * 1500, unit * 9000)).to_wire()
    found = reported(values, failure, REPORT)
    assert quoted(found) <= REPORT
    assert found["type"] == "ValueError"
    assert later(bucket).failure(found) == failure


def test_what_an_exception_holds_is_never_taken_for_a_reference(values: Values) -> None:
    error = ValueError("no")
    error.detail = {"$pf": ["s3", "nowhere"]}  # type: ignore[attr-defined]
    failure = capture(error).to_wire()
    assert values.grown({"outcome": {"error": failure}}) == {"outcome": {"error": failure}}


def test_a_state_leaves_room_for_the_outcomes_of_branches(values: Values, bucket: Scratch) -> None:
    result = {"to": "2:$gather", "state": "s" * GATHERING, "call": gathered(["a"])}
    found = lightened(values, result)
    assert size(found["state"]) + OUTCOMES < 250_000
    ahead = {"to": "1:$timer", "state": "", "call": {"kind": "$timer", "due": None, "wait": 1, "then": result}}
    assert lightened(values, ahead)["call"]["then"] == found
    assert later(bucket).grown(found) == result


@pytest.mark.parametrize(("count", "length"), [(3, 200_000), (41, 50_000), (900, 100), (3_560, 100)])
def test_calls_of_branches_are_kept_in_lists(values: Values, bucket: Scratch, count: int, length: int) -> None:
    gather = gathered([f"{n}" + "x" * length for n in range(count)])
    found = shrunk(values, {"to": "2:$gather", "state": "", "call": gather}, ROOM)
    assert size(found) < (ROOM if count < 3_560 else ROOM // 10)
    seen = [later(bucket).grown(item) for item in items(found["call"])]
    assert seen == gather["branches"]
    largest = max(len(text) for text in bucket.texts.values())
    assert largest < 2 * 256 * 1024 or largest < length + 1000


def items(call: dict[str, Any]) -> list[Any]:
    """The items of the Map, as its ItemSelector makes them."""
    if "count" not in call:
        return list(call["branches"])
    size, lists = call["size"], call["lists"]
    place = [["s3", lists[n // size], n % size] for n in range(call["count"])]
    return [{"kind": call["of"], "keeps": call["keeps"], "$pf": each} for each in place]


def test_the_results_of_thousands_of_branches_fit_together(values: Values, bucket: Scratch) -> None:
    count = 3500
    room = gathered(["a"] * count)["branches"][0]["room"]
    outcomes = [shrunk(values, {"value": json.dumps(f"{n}" + "x" * 1000)}, room) for n in range(count)]
    assert size(outcomes) <= OUTCOMES
    assert later(bucket).grown(outcomes)[3499] == {"value": json.dumps("3499" + "x" * 1000)}


def test_branches_of_a_branch_share_its_room() -> None:
    run = StepRun("one", KEY, "log", 0)
    ctx = Context(run)
    outer: Any = ctx.gather(*[ctx.gather(*[same("a") for _ in range(50)]) for _ in range(40)])
    described = describe(Flows([]), run, outer, "", 0)
    rooms = [branch["room"] for inner in described["branches"] for branch in inner["branches"]]
    assert len(rooms) == 2000
    assert min(rooms) > 43
    assert sum(rooms) <= OUTCOMES


def test_results_that_a_state_machine_only_joined_are_joined_on_reading(values: Values, bucket: Scratch) -> None:
    output = {"$pf": ["list", ['"a"', values.put(f'"{LARGE}"'), "3"]]}
    assert json.loads(later(bucket).grown(output)) == ["a", LARGE, 3]


def test_numbers_too_large_to_be_added_by_a_state_machine_are_added_on_reading(bucket: Scratch) -> None:
    assert later(bucket).grown({"$pf": ["sum", [str(2**53 - 1), "1", "-7"]]}) == str(2**53 - 7)


def test_boto3_is_loaded_only_for_what_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    from portable_faas_aws.runtime.bucket import S3Bucket, _of_environment

    made: list[str] = []
    monkeypatch.setattr(boto3, "client", lambda service, **_options: made.append(service))
    monkeypatch.setenv("PFAAS_BUCKET", "b")
    values = Values(KEY, S3Bucket(_of_environment))
    shrunk(values, {"state": "s"}, ROOM)
    values.grown({"state": "s"})
    assert made == []
    with pytest.raises(AttributeError):
        shrunk(values, {"state": LARGE}, ROOM)
    assert made == ["s3"]
