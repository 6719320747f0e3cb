"""The verifier catches every way in which a flow can be broken, and accepts the sound one that they are made from."""

from dataclasses import replace

import pytest

from portable_faas.ir import (
    ActivityShape,
    Await,
    Block,
    Code,
    Flow,
    GatherShape,
    Goto,
    Handle,
    HelperShape,
    Program,
    Raise,
    Reraise,
    Return,
)
from portable_faas.ir import Test as Branch
from portable_faas.ir.verifier import verify, verify_flow

WORK = ActivityShape("work")
KEY = "shop.app:main"


def code(text: str) -> Code:
    return Code(text, 1)


def flow(*blocks: Block, key: str = KEY) -> Flow:
    return Flow(key, "shop/app.py", 1, ("ctx", "n"), ("ctx", "n", "a", "_pf_c1"), (), blocks)


def awaiting(*shapes: ActivityShape | HelperShape | GatherShape) -> Flow:
    return flow(Block(0, (), Await(code("work(n)"), "a", 1, shapes)), Block(1, (), Return(code("a")), live=("n",)))


def program(*flows: Flow, main: str = KEY) -> Program:
    return Program("shop", (("main", main),), flows)


SOUND = flow(
    Block(0, (code("a = n"),), Await(code("work(a)"), "a", 1, (WORK,)), handler=2),
    Block(1, (), Branch(code("a > 1"), 3, 4), handler=2, live=("a",)),
    Block(2, (), Handle("_pf_c1", ()), caught="_pf_c1"),
    Block(3, (), Raise(code("raise ValueError(a)"))),
    Block(4, (), Return(code("a")), live=("a",)),
)


def changed(at: int, **fields: object) -> Flow:
    blocks = list(SOUND.blocks)
    blocks[at] = replace(blocks[at], **fields)  # type: ignore[arg-type]
    return replace(SOUND, blocks=tuple(blocks))


def test_a_sound_program_is_accepted() -> None:
    verify(program(SOUND))
    verify(program(awaiting(HelperShape("shop.app:pay")), flow(Block(0, (), Return(code("1"))), key="shop.app:pay")))
    verify(program(awaiting(GatherShape(((WORK,), (WORK,)))), main=KEY))


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (changed(1, end=Branch(code("a"), 3, 9)), "block 1 goes to no block"),
        (changed(0, end=Await(code("work(a)"), "a", 9, (WORK,))), "block 0 goes to no block"),
        (changed(4, id=3), "two blocks have one number"),
        (flow(), "the first block is not 0"),
        (flow(Block(1, (), Return(code("n")))), "the first block is not 0"),
        (changed(0, handler=4), "block 0 has a handler that catches nothing"),
        (changed(0, handler=9), "block 0 has a handler that catches nothing"),
        (changed(4, live=("b",)), "block 4 needs names that the function has not"),
        (changed(4, body=(code("a = await work(a)"),)), "block 4 awaits"),
        (changed(4, body=(code("if a:\n    a = await work(a)"),)), "block 4 awaits"),
        (changed(2, end=Handle("error", ())), "block 2 handles an unknown exception"),
        (changed(2, end=Reraise("error")), "block 2 handles an unknown exception"),
        (changed(1, end=Goto(4)), "a block cannot be reached"),
    ],
)
def test_a_broken_flow_is_caught(broken: Flow, problem: str) -> None:
    with pytest.raises(AssertionError, match=problem):
        verify_flow(broken)


@pytest.mark.parametrize("text", ["f = lambda: 1", "async def g():\n    return await work(1)", "s = 'await x'"])
def test_what_a_block_only_defines_may_await(text: str) -> None:
    verify_flow(changed(4, body=(code(text),)))


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (program(SOUND, SOUND), "two flows have one key"),
        (program(SOUND, main="shop.app:other"), "orchestrator shop.app:other has no flow"),
        (program(awaiting()), "block 0 awaits nothing known"),
        (program(awaiting(HelperShape("shop.app:pay"))), "helper shop.app:pay has no flow"),
        (program(awaiting(GatherShape(((HelperShape("shop.app:pay"),),)))), "helper shop.app:pay has no flow"),
        (
            program(awaiting(GatherShape(((GatherShape(((HelperShape("shop.app:pay"),),)),),)))),
            "helper shop.app:pay has no flow",
        ),
        (program(awaiting(GatherShape(((WORK,), (WORK,)), spread=True))), "one kind of branch"),
    ],
)
def test_a_broken_program_is_caught(broken: Program, problem: str) -> None:
    with pytest.raises(AssertionError, match=problem):
        verify(broken)
