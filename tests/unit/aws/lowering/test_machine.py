"""How flows become states: policies, where Python rides along, exits, names."""

from typing import Any

import pytest
from portable_faas_aws.lowering.effects import has_effects
from portable_faas_aws.lowering.machine import machine
from portable_faas_aws.lowering.placement import DEFAULT, OUTLINED, Placement
from portable_faas_aws.lowering.policy import TRANSIENT, retriers
from portable_faas_aws.lowering.sites import Scope, merged
from portable_faas_aws.lowering.verifier import verify
from portable_faas_aws.runtime.ends import RETURN

from portable_faas import Retry
from portable_faas.compiler.flows import program
from portable_faas.ir import ActivityShape, GatherShape, TimerShape
from tests.aws.second import Second
from tests.aws.small import load, main

CRASHED = ["Lambda.Unknown", "Runtime.ExitError", "Runtime.Unknown", "Runtime.OutOfMemory"]
LATE = ["States.Timeout", "Sandbox.Timedout"]


def lowered(text: str, placement: Placement = DEFAULT) -> dict[str, Any]:
    found = machine(program(load(text)), "main", placement)
    verify(found)
    return found


def states(text: str, placement: Placement = DEFAULT) -> dict[str, Any]:
    found: dict[str, Any] = lowered(text, placement)["States"]
    return found


def scope(text: str) -> Scope:
    made = program(load(text))
    return Scope(made, made.orchestrators[0][1], made.shorts())


# policies


@pytest.mark.parametrize("shape", [ActivityShape("a"), ActivityShape("a", Retry(attempts=1))])
def test_faults_of_the_platform_are_always_retried(shape: ActivityShape) -> None:
    (platform,) = retriers(shape)
    assert platform["ErrorEquals"] == list(TRANSIENT)


def test_a_compute_step_is_done_again_also_where_its_process_died() -> None:
    (platform,) = retriers(None)
    assert platform["ErrorEquals"] == [*TRANSIENT, *CRASHED]


@pytest.mark.parametrize(
    ("retry", "fields"),
    [
        (Retry(attempts=3), {"IntervalSeconds": 1, "MaxAttempts": 2, "MaxDelaySeconds": 31_449_600}),
        (Retry(attempts=2, first=0.1), {"IntervalSeconds": 1}),
        (Retry(attempts=2, first=1.2, backoff=1.5), {"IntervalSeconds": 2, "BackoffRate": 1.5}),
        (Retry(attempts=2, first=4, max_interval=9.5), {"IntervalSeconds": 4, "MaxDelaySeconds": 10}),
        (Retry(attempts=2, first=40, max_interval=9), {"IntervalSeconds": 9, "MaxDelaySeconds": 9}),
        (Retry(attempts=2, first=1, max_interval=1), {"IntervalSeconds": 1, "MaxDelaySeconds": 2}),
        (Retry(attempts=2, jitter=True), {"JitterStrategy": "FULL"}),
    ],
)
def test_a_policy_as_a_retrier(retry: Retry, fields: dict[str, Any]) -> None:
    (found,) = retriers(ActivityShape("a", retry))  # faults of the platform are no attempts: they are caught
    assert {name: found[name] for name in fields} == fields
    assert ("JitterStrategy" in found) is retry.jitter


@pytest.mark.parametrize(
    ("retry", "errors"),
    [
        (Retry(attempts=2), ["pfaas.retry", *LATE, *CRASHED]),
        (Retry(attempts=2, on=(TimeoutError,)), ["pfaas.retry", *LATE]),
        (Retry(attempts=2, on=(OSError,)), ["pfaas.retry", *LATE]),
        (Retry(attempts=2, on=(ValueError,)), ["pfaas.retry"]),
        (Retry(attempts=2, never=(TimeoutError,)), ["pfaas.retry", *CRASHED]),
    ],
)
def test_a_policy_covers_what_no_lambda_can_report(retry: Retry, errors: list[str]) -> None:
    (found,) = retriers(ActivityShape("a", retry))  # faults of the platform are no attempts: they are caught
    assert found["ErrorEquals"] == errors


def test_a_policy_that_only_a_run_knows_has_no_retrier_of_its_own() -> None:
    assert len(retriers(ActivityShape("a", Retry(attempts=3), known=False))) == 1
    found = states(main("return await work.using(retry=Retry(attempts=n))(n)"))
    assert found["work again"] == {"Type": "Wait", "Seconds": "{% $call.wait %}", "Next": "work"}
    assert found["work"]["TimeoutSeconds"] == "{% $call.timeout = null ? 900 : $call.timeout %}"


# exits


def test_exits_without_and_with_an_exception() -> None:
    found = scope(
        main("try:", "    n = await work(n)", "except KeyError:", "    return await other(n)", "await ctx.sleep(1)")
    )
    begin = found.begin()
    assert len(begin.normal) == 1
    (work,) = [found.sites[label] for label in begin.normal]
    assert [found.sites[label].shape for label in begin.errors] == [ActivityShape("other")]
    after = found.after(work)
    assert [found.sites[label].shape for label in after.normal] == [TimerShape()]
    assert after.raises
    recover = found.recover(work)
    assert recover.normal == ()
    assert [found.sites[label].shape for label in recover.errors] == [ActivityShape("other")]
    assert recover.raises


def test_labels_name_the_place_in_every_frame() -> None:
    text = main(
        "return await pair(ctx, n)", head="async def pair(ctx: Context, n: int) -> int:\n    return await work(n)\n"
    )
    found = scope(text)
    (label,) = found.begin().normal
    assert label == "1/pair.1:work"
    assert found.after(found.sites[label]).normal == (RETURN,)
    assert Second(load(text)).run("main", "3").output == "3"


def test_what_one_place_may_await_is_merged_by_its_kind() -> None:
    one, other = ActivityShape("a", Retry(attempts=2)), ActivityShape("a", Retry(attempts=3))
    assert merged([one, one]) == (one,)
    assert merged([one, other, TimerShape()]) == (ActivityShape("a", known=False), TimerShape())
    wide = merged([GatherShape(((one,),)), GatherShape(((TimerShape(),), (one,)), keeps_errors=True)])
    assert wide == (GatherShape(((one, TimerShape()),), True, True, None),)


# where Python rides


def riders(*lines: str, head: str = "") -> list[str]:
    """The Lambdas that are invoked, in the order of the states."""
    found = states(main(*lines, head=head))
    return [
        state["Arguments"]["FunctionName"][len("${function:") : -1] for state in found.values() if "Resource" in state
    ]


def test_python_rides_with_the_activities_around_it() -> None:
    assert riders("n = n + 1", "n = await work(n)", "n *= 2", "return await other(n)") == ["work", "other"]


def test_without_placement_every_step_is_one_of_its_own() -> None:
    found = states(main("n = await work(n + 1)", "return n * 2"), OUTLINED)
    assert list(found) == ["begin", "work", "after work", "Fail"]


@pytest.mark.parametrize(
    ("effect", "rides"),
    [
        ("ctx.log.info('x')", False),
        ("note(ctx)", False),
        ("n += len(str(ctx.now()))", True),  # the first step's time is that of the start, in every attempt
        ("n += len(str(ctx.uuid()))", True),  # made from the key of the start, and counted
    ],
)
def test_a_step_with_effects_does_not_ride_before_an_activity(effect: str, rides: bool) -> None:
    """Its Lambda may be tried again, and the step would run twice."""
    head = "def note(ctx: Context) -> None:\n    ctx.log.info('x')\n"
    assert riders(effect, "return await work(n)", head=head) == (["work"] if rides else ["main", "work"])
    assert riders("n += 1", "return await work(n)", head=head) == ["work"]
    assert riders("n = await work(n)", effect, "return n", head=head) == ["work"]  # after one it may


def test_what_is_awaited_is_given_the_context_for_itself() -> None:
    text = main(
        "return await pair(ctx, n)", head="async def pair(ctx: Context, n: int) -> int:\n    return await work(n)\n"
    )
    found = scope(text)
    assert not has_effects(found, found.begin())


def test_a_step_that_may_lead_to_two_activities_rides_with_none() -> None:
    assert riders("if n:", "    return await work(n)", "return await other(n)") == ["main", "work", "other"]


# names and states


def test_names_are_short_and_different_in_the_whole_machine() -> None:
    long = "a" * 90
    head = f"@app.activity\ndef {long}(n: int) -> int:\n    return n\n"
    calls = "\n".join(f"n = await {long}(n)" for _ in range(12))
    found = states(
        main(*calls.splitlines(), f"await ctx.gather({long}(1), {long}(2))", f"return await {long}(n)", head=head)
    )
    assert all(len(name) <= 80 for name in found)
    assert len([name for name in found if name.startswith("a" * 72)]) == 13


def test_there_is_no_state_that_nothing_leads_to() -> None:
    """`verify` finds one; no clause, no state for a recovery."""
    found = states(main("n = await work(n)", "return n"))
    assert sorted(found) == ["Fail", "work"]


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["await ctx.gather(work(1), other(2))"], "Parallel"),
        (["await ctx.gather(work(1), work(2))"], "Map"),
        (["await ctx.gather(*[work(i) for i in [1, 2]])"], "Map"),
        (["await ctx.map(work, [1], limit=2)"], "Map"),
        (["await ctx.sleep(1)"], "Wait"),
        (["await ctx.set_status(1)"], "Task"),
    ],
)
def test_states_of_what_is_awaited(lines: list[str], kind: str) -> None:
    found = states(main(*lines))
    name, *_slowly = [name for name in found if name.startswith(("gather", "sleep", "set_status"))]
    assert found[name]["Type"] == kind
    assert ("MaxConcurrency" in found[name]) is ("limit" in lines[0])


def test_many_awaits_in_a_row_take_no_recursion() -> None:
    text = main(*(f"n = await work(n + {number})" for number in range(300)), "return n")
    assert len(states(text)) == 301
