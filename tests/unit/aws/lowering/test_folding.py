"""What a Map over the input gives without a Lambda: its results, or their exact sum."""

import json

import pytest

from tests.aws.second import Second
from tests.aws.small import load

MOST = 2**53 - 1


def second(*lines: str, returns: str = "int") -> Second:
    body = "\n".join(f"    {line}" for line in lines)
    return Second(load(f"@app.orchestrator\nasync def main(ctx: Context, ns: list[int]) -> {returns}:\n{body}\n"))


@pytest.mark.parametrize(
    ("numbers", "states"),
    [
        ([], 1),
        ([0], 2),
        ([-5], 2),
        ([1, 2, -3], 4),
        ([MOST], 2),
        ([MOST - 1, 1], 3),
        ([MOST, 1, -1], 4),
        ([MOST, MOST, -MOST], 4),
        ([2**52 + 1] * 3 + [-(2**52) - 3] * 2, 6),
    ],
)
def test_sums_are_exact(numbers: list[int], states: int) -> None:
    found = second("return sum(await ctx.map(work, ns))").run("main", json.dumps(numbers))
    assert found.output == str(sum(numbers))
    assert len(found.states) == states
    assert len(found.invoked) == len(numbers)


@pytest.mark.parametrize(
    "lines",
    [
        ("found = await ctx.map(work, ns)", "return sum(found, 1)"),
        ("found = await ctx.map(work, ns)", "found.append(1)", "return sum(found)"),
        ("sum = max", "found = await ctx.map(work, ns)", "return sum([*found, 1])"),
    ],
)
def test_anything_else_is_python(lines: tuple[str, ...]) -> None:
    found = second(*lines).run("main", "[]")
    assert (found.output, len(found.invoked)) == ("1", 1)


def test_a_list_that_was_changed_is_not_what_the_map_gave() -> None:
    lines = ("found = await ctx.map(work, ns)", "found.append(1)", "return found")
    assert second(*lines, returns="list[int]").run("main", "[5]").output == "[5,1]"
