"""Functions cut at their awaits: blocks, edges, where exceptions go, how often a `finally` stands."""

import pytest

from portable_faas.ir import Await, Block, Each, Flow, Goto, Handle, Reraise, Return, Select, successors
from portable_faas.ir import Test as Branch
from tests.aws.small import flow, main


def awaits(found: Flow) -> list[str]:
    return [block.end.operand.text for block in found.blocks if isinstance(block.end, Await)]


def texts(found: Flow) -> list[str]:
    return [code.text for block in found.blocks for code in block.body]


def only(found: Flow, kind: type) -> Block:
    (block,) = [block for block in found.blocks if isinstance(block.end, kind)]
    return block


def block(found: Flow, at: int) -> Block:
    return next(block for block in found.blocks if block.id == at)


def test_what_neither_awaits_nor_jumps_stays_whole() -> None:
    lines = [
        "for i in range(n):",
        "    if i == 3:",
        "        break",
        "    n += i",
        "with suppress(KeyError):",
        "    n += 1",
    ]
    found = flow(main(*lines, "await work(n)"))
    assert len(found.blocks) == 2
    assert len(found.blocks[0].body) == 2


def test_the_end_of_a_function_returns_none() -> None:
    end = flow(main("await work(n)")).blocks[-1].end
    assert isinstance(end, Return)
    assert end.value.text == "None"


def test_blocks_that_no_way_leads_to_are_left_out() -> None:
    found = flow(main("while True:", "    n = await work(n)", "    if n > 3:", "        return n"))
    assert len([block for block in found.blocks if isinstance(block.end, Return)]) == 1
    assert not [block for block in found.blocks if isinstance(block.end, Branch) and block.end.test.text == "True"]


@pytest.mark.parametrize(("exits", "copies"), [([], 2), (["return 1"], 2), (["return 1", "n += 1"], 3)])
def test_a_finally_stands_once_per_way_out(exits: list[str], copies: int) -> None:
    """The end of the body, a return in it, and an exception."""
    inside = [f"        {line}" for line in exits[:1]]
    lines = [
        "try:",
        "    await work(n)",
        *(["    if n:", *inside] if len(exits) == 2 else [f"    {line}" for line in exits]),
    ]
    found = flow(main(*lines, "finally:", "    await other(n)", "return 2"))
    assert awaits(found).count("other(n)") == copies


def test_an_exception_in_a_finally_goes_outwards() -> None:
    found = flow(
        main(
            "try:",
            "    try:",
            "        await work(1)",
            "    finally:",
            "        await other(2)",
            "except KeyError:",
            "    n = 0",
        )
    )
    outer = only(found, Handle).id
    for each in found.blocks:
        if isinstance(each.end, Await) and each.end.operand.text == "other(2)":
            assert each.handler == outer
        if isinstance(each.end, Await) and each.end.operand.text == "work(1)":
            assert each.handler is not None
            assert each.handler != outer


def test_an_else_is_not_guarded_by_the_clauses() -> None:
    found = flow(main("try:", "    await work(1)", "except KeyError:", "    n = 0", "else:", "    await work(2)"))
    handlers = {each.end.operand.text: each.handler for each in found.blocks if isinstance(each.end, Await)}
    assert handlers == {"work(1)": only(found, Handle).id, "work(2)": None}


def test_a_clause_runs_while_its_exception_is_handled_and_forgets_its_name() -> None:
    found = flow(
        main("try:", "    await work(1)", "except KeyError as error:", "    await work(len(str(error)))", "return n")
    )
    handle = only(found, Handle)
    clause = next(each for each in found.blocks if isinstance(each.end, Await) and each.end.operand.text != "work(1)")
    assert clause.handling == handle.caught
    assert texts(found).count("del error") == 2  # at its end, and when it raises
    assert isinstance(only(found, Reraise).end, Reraise)


def test_a_loop_goes_back_to_the_block_that_takes_the_next_value() -> None:
    found = flow(main("for i in range(n):", "    await work(i)", "return n"))
    head = only(found, Each)
    assert isinstance(head.end, Each)
    work = block(found, head.end.body)
    assert isinstance(work.end, Await)
    back: Block = block(found, work.end.to)
    while isinstance(back.end, Goto) and back.id != head.id:
        back = block(found, back.end.to)
    assert back.id == head.id
    assert texts(found) == ["_pf_i1 = iter(range(n))"]


def test_break_and_continue_leave_the_try_in_between() -> None:
    found = flow(
        main(
            "for i in range(n):",
            "    try:",
            "        if await work(i):",
            "            break",
            "    finally:",
            "        n += 1",
        )
    )
    assert texts(found).count("n += 1") == 3


def test_a_match_keeps_its_patterns_and_guards() -> None:
    found = flow(
        main("match n:", "    case 1 | 2 if n:", "        await work(n)", "    case _:", "        await other(n)")
    )
    select = only(found, Select).end
    assert isinstance(select, Select)
    assert [(case.pattern.text, case.guard and case.guard.text) for case in select.cases] == [
        ("1 | 2", "n"),
        ("_", None),
    ]


def test_every_edge_leads_to_a_block() -> None:
    found = flow(main("while n:", "    with suppress(KeyError):", "        n = await work(n)", "return n"))
    ids = {each.id for each in found.blocks}
    assert all(set(successors(each.end)) <= ids for each in found.blocks)
