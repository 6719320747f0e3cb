"""Orchestrators that begin without a Lambda: a constant status, a loop over nothing, a gather of helpers."""

import pytest
from portable_faas_aws.lowering.placement import OUTLINED

from tests.aws.second import Outcome, Second
from tests.aws.small import load

HEAD = """
@dataclass
class Line:
    sku: str

@dataclass
class Order:
    id: str
    lines: list[Line]

@app.activity
def pack(line: Line) -> str:
    if line.sku == "late":
        import time

        time.sleep(0.2)
    return line.sku

@app.activity
def close(text: str) -> str:
    if text == "bad":
        raise LookupError("bad")
    return text

async def packed(ctx: Context, line: Line) -> str:
    return await pack(line) + str(ctx.now().year)

"""


def second(*lines: str, outlined: bool = False) -> Second:
    body = "\n".join(f"    {line}" for line in lines)
    text = f"{HEAD}\n@app.orchestrator\nasync def main(ctx: Context, order: Order) -> Any:\n{body}\n"
    return Second(load(text), OUTLINED) if outlined else Second(load(text))


def outcome(found: Second, *skus: str, name: str = "A") -> Outcome:
    lines = ",".join(f'{{"sku":"{sku}"}}' for sku in skus)
    return found.run("main", f'{{"id":"{name}","lines":[{lines}]}}')


PACK = ("made = []", "for line in order.lines:", "    made.append(await pack(line))")
CLOSED = (*PACK, "return await close(order.id + ''.join(made))")
SAID = (*PACK, 'await ctx.set_status("packed")', "return await close(order.id + ''.join(made))")


@pytest.mark.parametrize(
    ("lines", "nothing", "one"),
    [
        (CLOSED, ["pack", "close"], ["pack", "where to", "close (2)"]),
        ((*PACK, "await ctx.sleep(1)"), ["pack", "begin", "sleep"], ["pack", "where to", "sleep"]),
        (SAID, ["pack", "set_status", "close"], ["pack", "where to", "set_status", "close (2)"]),
        (("await ctx.set_status('begun')", "return await close(order.id)"), ["set_status", "close"], None),
        (("await ctx.set_status(order.id)", "return await close(order.id)"), ["begin", "set_status", "close"], None),
        (("a = 1 // len(order.lines)", "await ctx.set_status(1)", "return a"), ["begin"], ["begin", "set_status"]),
        (("order.lines.append(Line('a'))", *CLOSED), ["begin", "where to", "pack"], ["begin", "where to", "pack"]),
        ((*PACK, "return made"), ["pack", "begin"], ["pack", "where to", "Return"]),
    ],
)
def test_where_it_begins(lines: tuple[str, ...], nothing: list[str], one: list[str] | None) -> None:
    found, outlined = second(*lines), second(*lines, outlined=True)
    for states, skus in ((nothing, ()), (one or nothing, ("a",))):
        ran, expected = outcome(found, *skus), outcome(outlined, *skus)
        assert (ran.output, ran.error, ran.calls, ran.status) == (
            expected.output,
            expected.error,
            expected.calls,
            expected.status,
        )
        assert [name.partition(" (line")[0] for name in ran.states][: len(states)] == states


def test_the_lambda_of_a_loop_over_nothing_is_not_called() -> None:
    assert outcome(second(*CLOSED)).invoked == ("close",)
    assert outcome(second(*SAID), name="bad").error == ("LookupError", "bad")


def test_an_input_in_s3_is_asked_by_the_lambda() -> None:
    found = second(*CLOSED)
    large = found.values.put('{"id":"A","lines":[]}')
    assert found.run("main", large).invoked[0] == "pack"  # type: ignore[arg-type]


def test_helpers_over_the_input() -> None:
    lines = ("done = await ctx.gather(*[packed(ctx, each) for each in order.lines])", "return await close(str(done))")
    ran = outcome(second(*lines), "a", "b")
    assert ran.output is not None
    assert ran.invoked == ("pack", "pack", "close")
    assert ran.calls == sorted([*('pack({"sku":"a"})', 'pack({"sku":"b"})'), "close(\"['a2023', 'b2023']\")"])
