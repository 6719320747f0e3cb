"""The generated functions do what plain Python does, for any results and errors of what is awaited."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portable_faas.compiler.flows import program
from portable_faas.compiler.steps import module_text
from tests.aws.driving import plainly, stepwise
from tests.aws.small import LINES, flow, flows, load, main

ERRORS = [ValueError, KeyError, RuntimeError]
# Fresh exceptions for each driver: raising one changes its context.
SCRIPTS = st.lists(st.one_of(st.integers(-2, 6), st.sampled_from(ERRORS)), max_size=9)


def script(answers: list[int | type[Exception]], first_is_list: bool) -> list[object]:
    """The answers as results and errors, made anew for each run, which may change them."""
    made: list[object] = [each if isinstance(each, int) else each(f"at {at}") for at, each in enumerate(answers)]
    if first_is_list and made and isinstance(made[0], int):
        made[0] = list(range(made[0]))
    return made


PROGRAMS = {
    "while": main(
        "seen: list[int] = []",
        "while (n := await work(n)) > 0:",
        "    seen.append(n)",
        "    if n == 5:",
        "        continue",
        "    if n == 4:",
        "        break",
        "    await other(n)",
        "else:",
        "    await other(0)",
        "return seen",
    ),
    "for": main(
        "total = 0",
        "for at, (a, *rest) in enumerate([[1, 2], [3], [4, 5, 6]]):",
        "    total += await work(a + at)",
        "    if total > 5:",
        "        return total, rest",
        "else:",
        "    total += await other(total)",
        "return total",
    ),
    "augmented": main(
        "box = {'a': 1}",
        "total = n",
        "total += await work(total)",
        "box['a'] += total",
        "total -= await other(total)",
        "return total, box",
    ),
    "try": main(
        "try:",
        "    n = await work(n)",
        "except KeyError as error:",
        "    await other(len(str(error)))",
        "    raise RuntimeError('in the handler') from error",
        "except (ValueError, TypeError):",
        "    try:",
        "        await other(2)",
        "    except ValueError:",
        "        raise",
        "    raise",
        "else:",
        "    n += await work(n)",
        "finally:",
        "    n += await other(n)",
        "return n",
    ),
    "finally": main(
        "out: list[int] = []",
        "for i in range(4):",
        "    try:",
        "        try:",
        "            got = await work(i)",
        "            if got == 1:",
        "                continue",
        "            if got == 2:",
        "                break",
        "            if got == 3:",
        "                return out",
        "        finally:",
        "            out.append(await other(i))",
        "    except ValueError:",
        "        out.append(-1)",
        "else:",
        "    out.append(100)",
        "return out",
    ),
    "raising": main(
        "try:",
        "    await work(n)",
        "except ValueError:",
        "    try:",
        "        raise LookupError(await other(1))",
        "    except LookupError:",
        "        raise KeyError('new') from None",
        "except Exception:",
        "    raise",
        "return n",
    ),
    "match": main(
        "match await items(n):",
        "    case []:",
        "        return 'empty'",
        "    case [x] if x > 0:",
        "        return await work(x)",
        "    case [x, *_]:",
        "        n = await work(x)",
        "match n:",
        "    case None:",
        "        return await other(1)",
        "return await other(n)",
    ),
    "conditional": main(
        "if (n if n > 1 else n == 0):",
        "    n = await work(n)",
        "n = await other(n) if n > 2 else n + 1",
        "while (lambda: n)() > (3 if n > 4 else 2):",
        "    n = await work(n)",
        "return n",
    ),
    "suppress": main(
        "done = 0",
        "for i in range(3):",
        "    with suppress(ValueError), suppress(KeyError):",
        "        done += await work(i)",
        "        if done > 6:",
        "            return 'early', done",
        "return done",
    ),
    "helpers": main(
        "try:",
        "    first = await pair(ctx, n)",
        "    call = pair(ctx, first)",
        "    await ctx.sleep(1)",
        "    return await call",
        "except ValueError as error:",
        "    return str(error), await other(0)",
        head="""
        async def pair(ctx: Context, n: int) -> int:
            try:
                return await work(n) + await work(1)
            finally:
                await other(7)
        """,
    ),
    "closures": main(
        "base = await work(n)",
        "add = lambda x: x + base",
        "def twice(x: int) -> int:",
        "    return add(x) * 2",
        "async def both(x: int, y: int = 3) -> int:",
        "    return await work(add(x)) + await other(y)",
        "first = await both(1)",
        "return await both(first, y=2) + twice(first)",
    ),
    "shared": main(
        "rows = await items(n)",
        "rows.append(9)",
        "last = rows",
        "await other(len(rows))",
        "return last, await work(sum(rows))",
    ),
    "texts": main(
        'text = """a',
        "  b",
        '"""',
        "n = await work(len(text))",
        'return text, f"""{n}',
        '  c"""',
    ),
    "dataclasses": main(
        "cart = Cart([Line(1), Line(2)])",
        "cart.lines[0].count += n",
        "await work(cart.lines[0].count)",
        "cart.lines.append(Line(await other(2)))",
        "return cart",
        head="""
        @dataclass
        class Line:
            count: int

        @dataclass
        class Cart:
            lines: list[Line] = field(default_factory=list)
        """,
    ),
}
LISTED = ("match", "shared")  # programs whose first result is a list
LOADED = {name: load(text) for name, text in PROGRAMS.items()}
FLOWS = {name: flows(app) for name, app in LOADED.items()}


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited")  # of a helper that is held when the script ends
@pytest.mark.parametrize("name", PROGRAMS)
@given(SCRIPTS, st.integers(0, 4))
def test_as_plain_python(name: str, answers: list[int | type[Exception]], given: int) -> None:
    app, listed = LOADED[name], name in LISTED
    expected = plainly(app, given, script(answers, listed))
    packed = stepwise(app, given, script(answers, listed), FLOWS[name])
    assert (packed.calls, packed.end.split(" < ")[0]) == (expected.calls, expected.end.split(" < ")[0])
    # the context of an exception does not outlive an await, except in memory
    assert stepwise(app, given, script(answers, listed), FLOWS[name], packed=False) == expected


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_program_depends_on_its_answers(name: str) -> None:
    """So that the property above compares something."""
    scripts: list[list[int | type[Exception]]] = [[2] * 9, [-1] * 9, [ValueError] * 9, [4, 1, 0] * 3]
    found = {str(plainly(LOADED[name], 3, script(answers, name in LISTED))) for answers in scripts}
    assert len(found) > 1


def sequence(count: int) -> str:
    return main(*(f"n = await work(n + {number})" for number in range(count)), "return n")


def test_four_hundred_awaits_in_a_row() -> None:
    app = load(sequence(400))
    assert stepwise(app, 0, [1] * 400, packed=False).end == "returned 1"
    compile(module_text(program(app), "main"), "steps", "exec")


def test_a_long_program_takes_time_in_proportion() -> None:
    """Twice as many awaits take about twice as long; the factor leaves room for a busy machine."""

    def took(app: object) -> float:
        times = []
        for _ in range(3):
            start = process_time()
            module_text(program(app), "main")  # type: ignore[arg-type]
            times.append(process_time() - start)
        return min(times)

    assert took(load(sequence(400))) < 4 * took(load(sequence(200)))


def test_an_error_of_the_users_code_is_at_its_place() -> None:
    found = flow(main("a = await work(n)", "return a / 0"))
    assert [block.end.operand.line for block in found.blocks if hasattr(block.end, "operand")] == [LINES + 4]
