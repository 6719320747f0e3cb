"""Each Lambda may touch what its invocations touch, and nothing else."""

import pytest
from portable_faas_aws.compile import compiled

from portable_faas.manifest import Part
from tests.aws.small import load, main

HEAD = """
@app.entity
class Counter:
    value: int = 0

    def add(self, n: int) -> int:
        return n

@app.orchestrator
async def child(ctx: Context, n: int) -> int:
    return await grandchild(n)

@app.orchestrator
async def grandchild(ctx: Context, n: int) -> int:
    return await work(n)

async def waiting(ctx: Context) -> int:
    return await ctx.wait_for_event("go", int)
"""
ROWS = "table instances get put"
VALUES = {"kind": "bucket", "name": "values", "prefix": "values/", "may": ["get", "put"]}


def needs(*lines: str) -> dict[str, list[str]]:
    """What each function of a program may, as short texts."""
    made = compiled(load(main(*lines, head=HEAD))).needs
    texts = {name: [text(one) for one in parts if one != VALUES] for name, parts in made.items()}
    return {name: found for name, found in texts.items() if found and name not in ("child", "grandchild")}


def text(part: Part) -> str:
    return " ".join([part["kind"], part["name"], *part["may"]])


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["await work(n)", "await ctx.gather(work(1), other(2))"], {}),
        (["await work(n)", "await ctx.sleep(5)", "await other(n)"], {}),
        (["await ctx.race(work(1), ctx.sleep(5))"], {}),
        (["await ctx.first(2, work(1), work(2), other(3))"], {"main": [ROWS]}),
    ],
)
def test_a_program_that_shares_nothing_needs_nothing_more(lines: list[str], expected: dict[str, list[str]]) -> None:
    assert needs(*lines) == expected


def test_a_wait_is_begun_in_the_lambda_before_it_and_ends_by_a_token() -> None:
    found = needs("await work(n)", "await ctx.wait_for_event('go')", "await ctx.sleep(1)", "await other(n)")
    assert found == {"main": ["machine main succeed", ROWS], "work": [ROWS]}


def test_what_takes_the_event_needs_the_rows() -> None:
    found = needs("await ctx.wait_for_event('go')", "await other(n)")
    assert found == {"main": ["machine main succeed", ROWS], "other": [ROWS]}


def test_an_operation_on_an_entity_is_a_write_of_who_comes_to_it() -> None:
    found = needs(
        "await work(n)", "await ctx.entity(Counter, 'k').call(Counter.add, n)", "await other(n)", "await other(n)"
    )
    assert found == {"work": [ROWS]}


def test_a_group_gives_events_back() -> None:
    found = needs("await ctx.gather(waiting(ctx), work(1))", "await other(n)")
    bell = "machine main succeed"
    assert found == {"main": [bell, ROWS], "other": [bell, ROWS]}


def test_a_child_is_started_stopped_and_tells() -> None:
    made = compiled(load(main("await work(n)", "await child(n)", head=HEAD))).needs
    told = {name: {part["name"]: part["may"] for part in parts if part != VALUES} for name, parts in made.items()}
    ending = ["describe", "start", "stop"]
    assert told == {
        "main": {
            "child": ending,
            "grandchild": ending,
            "instances": ["get", "put", "update"],
            "main": ["fail", "succeed"],
        },
        "child": {
            "grandchild": ending,
            "child": ["fail", "succeed"],
            "main": ["fail", "succeed"],
            "instances": ["get", "put", "update"],
        },
        "grandchild": {"child": ["fail", "succeed"], "instances": ["get", "put", "update"]},
        "work": {},
    }


def test_large_values_may_be_in_whatever_is_given_but_for_bells() -> None:
    takes = compiled(load(main("return await ctx.wait_for_event('go', int)", head=HEAD))).needs
    assert VALUES in takes["main"]
    bells = compiled(load(main("await ctx.wait_for_event('go')", "await other(n)", head=HEAD))).needs
    assert [text(part) for part in bells["main"]] == ["machine main succeed", ROWS]
    assert VALUES in bells["other"]


def test_a_chosen_id_may_be_that_of_any_instance() -> None:
    found = needs("await child.using(instance_id='mine')(n)")
    assert "machine main describe fail start succeed" in found["main"]
    started = needs("await work(n)", "await grandchild.start(n)")
    assert started["work"] == [
        "machine child describe start",
        "machine grandchild describe start",
        "machine main describe start",
        ROWS,
    ]


def test_who_frees_a_lock_rings_for_whoever_may_wait_for_it() -> None:
    lock = "async with ctx.lock(ctx.entity(Counter, 'k')):"
    found = needs("await work(n)", lock, "    await ctx.sleep(1)", "await other(n)")
    assert found["work"] == ["machine main succeed", ROWS]  # it takes the lock, and frees it if the sleep is wrong
    assert "machine main describe start succeed" in found["main"]
    assert ROWS in found["main"]
