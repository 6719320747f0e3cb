"""PF090 warns of a loop that cannot end, and of no other."""

import pytest

from portable_faas.compiler import advise_source, check_source
from portable_faas.compiler.codes.code import program
from portable_faas.testing.conformance import discover

ENDLESS = {
    "a number": "while 1:\n    amount = await charge(amount)",
    "a loop inside": "while True:\n    await charge(1)\n    for n in range(3):\n        if n:\n            break",
    "in a branch": "while True:\n    if amount:\n        await charge(1)\n    else:\n        amount = 1",
    "a handler": "while True:\n    try:\n        await charge(1)\n    except ValueError:\n        pass",
}
MAY_END = {
    "return": "while True:\n    if await charge(amount) == 3:\n        return 1",
    "break": "while True:\n    if await charge(amount) == 3:\n        break",
    "break in else": "while True:\n    await charge(1)\n    for n in range(3):\n        pass\n    else:\n        break",
    "break in match": "while True:\n    match await charge(1):\n        case 1:\n            break",
    "break in try": "while True:\n    try:\n        await charge(1)\n    finally:\n        break",
    "raise": "while True:\n    await charge(1)\n    raise ValueError",
    "continue as new": "while True:\n    await charge(1)\n    ctx.continue_as_new(1)",
    "a condition": "while amount:\n    amount = await charge(amount)",
    "no await": "while True:\n    amount = amount + 1",
    "an inner function": "while True:\n    def inner() -> int:\n        return 1\n    break",
    "never": "while False:\n    await charge(1)",
}


def module(body: str) -> str:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return program(
        f"@app.orchestrator\nasync def main(ctx: Context, amount: int) -> int:\n{lines}\n    return amount\n"
    )


@pytest.mark.parametrize("name", ENDLESS)
def test_it_warns(name: str) -> None:
    (found,) = advise_source(module(ENDLESS[name]), "shop.py")
    assert (found.code, found.severity) == ("PF090", "warning")
    assert str(found).startswith("shop.py:13:5: PF090 warning: this loop never ends")


@pytest.mark.parametrize("name", MAY_END)
def test_it_does_not_warn(name: str) -> None:
    assert advise_source(module(MAY_END[name]), "shop.py") == ()


def test_a_helper_is_looked_at_once() -> None:
    text = module("return await helper(ctx) + await helper(ctx)").replace(
        "@app.orchestrator",
        "async def helper(ctx: Context) -> int:\n    while True:\n        await charge(1)\n\n\n@app.orchestrator",
    )
    assert [each.code for each in advise_source(text, "shop.py")] == ["PF090"]


def test_text_that_is_not_python_is_for_the_check() -> None:
    assert advise_source("async def", "shop.py") == ()
    assert [each.code for each in check_source("async def", "shop.py")] == ["PF001"]


def test_the_conformance_suite_is_not_warned_of() -> None:
    from portable_faas.compiler import advise

    assert [found for scenario in discover("flow") for found in advise(scenario.app)] == []
