"""Small programs on which the engines once disagreed, as random programs found them; and neighbours of those."""

import textwrap

import pytest

from portable_faas.compiler import check
from tests.aws.agreement import ends
from tests.aws.programs import loaded

SHOP = """
@dataclass
class Shop:
    price: int

    async def sell(self, n: int) -> int:
        return await safe(n * self.price)

    @staticmethod
    async def open(n: int) -> int:
        return await safe(n)


def logged(f):
    @functools.wraps(f)
    async def wrapper(*args, **kwargs):
        try:
            return 1 + await f(*args, **kwargs)
        finally:
            await safe(77)
    return wrapper


def later(seconds: int):
    def decorated(f):
        async def wrapper(ctx, v):
            await ctx.sleep(seconds)
            return await f(ctx, v)
        return wrapper
    return decorated


@logged
async def inner(ctx: Context, v: int) -> int:
    return await safe(v)


@later(2)
@logged
async def outer(ctx: Context, v: int) -> int:
    return await inner(ctx, v=v) + await later_still(ctx, v)


@later(1)
async def later_still(ctx: Context, v: int) -> int:
    return await work(v)
"""
PROGRAMS = {
    "a name of a loop is given to the first of two awaits of one expression": """
        for c in range(n):
            await safe(c)
        out.append(f"{await inner(ctx, c)} {await work(n)!r}")
    """,
    "decorators wrap helpers that call each other": """
        out.append(repr(await outer(ctx, 4)))
        out.append(repr(await ctx.gather(outer(ctx, 1), inner(ctx, 2), outer(ctx, 3), return_exceptions=True)))
        out.append(repr(await ctx.map(later_still, [1, 2])))
        chosen, call = inner if n == 2 else outer, later_still(ctx, 5)
        await safe(5)
        out.append(repr(await chosen(ctx, 6)))
        await call
    """,
    "a value is changed while a loop with awaits runs over the items": """
        d = {"a": 1, "b": 2, "c": 3}
        for key, value in d.items():
            await safe(value)
            d["c"] = 10
            out.append(repr((key, value)))
    """,
    "a value is changed while a loop with awaits runs over the values": """
        d = {"a": 1, "b": 2, "c": 3}
        for value in d.values():
            await safe(value)
            d["c"] += 10
            out.append(repr(value))
    """,
    "the current value is replaced by what is awaited": """
        d = {"a": 1, "b": 2, "c": 3}
        for key, value in d.items():
            d[key] = await safe(value)
        out.append(repr(d))
    """,
    "a dict grows while a loop with awaits runs over it": """
        d = {"a": 1, "b": 2}
        try:
            for key, value in d.items():
                d["z"] = 3
                await safe(value)
                out.append(key)
        except RuntimeError as error:
            out.append(repr(error))
    """,
    "a dict grows and the loop is left": """
        d = {"a": 1, "b": 2}
        for key, value in d.items():
            d["z"] = 3
            await safe(value)
            break
        out.append(repr(d))
    """,
    "values are changed while a loop with awaits counts the items backwards": """
        d = {"a": 1, "b": 2, "c": 3}
        for number, (key, value) in enumerate(reversed(d.items())):
            await safe(number)
            d["a"] += 10
            out.append(repr((key, value)))
    """,
    "an activity that a branch begins with fails for good": """
        async def branch(ctx: Context, key: str) -> str:
            try:
                return str(await flaky(key, 5))
            except Boom as error:
                return str(error)
        out += await ctx.gather(branch(ctx, "a"), branch(ctx, "b"))
        out += await ctx.gather(branch(ctx, "c"), safe(1))
        out += await ctx.map(branch, ["d", "e"])
    """,
    "nothing is gathered": """
        out += await ctx.gather()
        out.append(repr(await ctx.gather(return_exceptions=True)))
    """,
    "a nested helper gathers by the context of the function around it": """
        async def outer(ctx: Context, a: int) -> int:
            k = a * 2
            async def inner(b: int) -> int:
                await ctx.sleep(1)
                found = await ctx.gather(safe(b), leaf(ctx, k))
                return len(await ctx.map(leaf, [*found, b, a]))
            found = await ctx.gather(inner(1), inner(2), limit=1)
            n = found[1]
            return n + await inner(a)
        async def leaf(_: Context, v: int) -> int:
            return await safe(v)
        out.append(repr(await outer(ctx, 3)))
        out.append(repr(await ctx.gather(outer(ctx, 1), outer(ctx, 2), return_exceptions=True)))
    """,
    "a helper awaits a call that it is given": """
        async def awaited(ctx: Context, call) -> int:
            return await call
        async def leaf(ctx: Context, v: int) -> int:
            return await safe(v)
        out.append(repr(await awaited(ctx, leaf(ctx, 2))))
        out.append(repr(await ctx.gather(awaited(ctx, safe(4)), awaited(ctx, leaf(ctx, 1)))))
    """,
    "functions and classes inside have the names that they have in the text": """
        def one(v: int) -> int:
            def two() -> None:
                pass
            two(v)
        await safe(1)
        try:
            one()
        except TypeError as error:
            out.append(str(error))
        try:
            one(1)
        except TypeError as error:
            out.append(str(error))
        class Own(Exception):
            pass
        raise Own("x")
    """,
    "methods await": """
        shop = Shop(2)
        out.append(repr([await shop.sell(1), await Shop(3).sell(2), await Shop.open(4)]))
        out.append(repr([*await ctx.gather(shop.sell(5), shop.sell(6)), shop.price]))
    """,
    "StopIteration does not leave a coroutine": """
        async def stops(ctx: Context) -> int:
            await safe(1)
            raise StopIteration(5)
        try:
            await stops(ctx)
        except RuntimeError as error:
            out.append(repr((error, error.__cause__)))
        raise StopIteration
    """,
    "an error that is kept across an await has its cause": """
        try:
            try:
                raise KeyError("a") from Boom("b")
            except KeyError:
                raise Odd(1, "c")
        except Odd as error:
            kept = error
        await safe(1)
        out.append(repr((kept.__cause__, kept.__context__, kept.__context__.__cause__)))
        try:
            raise Bang("d") from None
        except Bang as error:
            await safe(2)
            out.append(repr((error.__suppress_context__, error.__context__)))
            raise kept from error
    """,
    "an error that is kept across an await is whole": """
        error = Boom("x" * 10_000, {1, 2})
        error.seen, error.deep = {3}, [4]
        error.add_note("a note")
        group = ExceptionGroup("all", [error, Odd(1, "b")])
        await safe(1)
        out.append(repr((len(str(error)), error.args[1], error.seen, error.deep, error.__notes__)))
        out.append(repr((group.message, len(str(group.exceptions[0])), group.exceptions[1].n)))
    """,
    "an error is itself one of its arguments": """
        error = Boom("a")
        error.args = ("b", error)
        await safe(1)
        out.append(repr([error.args[0], error.args[1].args[1].args[0]]))
    """,
    "an error out of a gathered helper is whole": """
        async def bad(ctx: Context, v: int) -> int:
            await safe(v)
            try:
                raise KeyError("inner")
            except KeyError as error:
                raise Boom("outer", {v}) from error
        try:
            await ctx.gather(bad(ctx, 1))
        except Boom as error:
            out.append(repr((error, error.__cause__, error.__context__)))
        found = await ctx.gather(bad(ctx, 1), ctx.gather(bad(ctx, 2)), safe(3), return_exceptions=True)
        await safe(4)
        out.append(repr([(error, getattr(error, "__cause__", None)) for error in found]))
    """,
    "a mapped function that is not async makes the calls": """
        def start(ctx: Context, v: int):
            try:
                weigh(-v)
            except Odd as error:
                raise Boom("no start") from error
            return safe(v)
        def chosen(ctx: Context, v: int):
            return safe(v) if v < 2 else same(v)
        out.append(repr(await ctx.map(chosen, [0, 1, 3])))
        try:
            await ctx.map(start, [1])
        except Boom as error:
            out.append(repr((error, error.__cause__)))
    """,
    "what is mapped makes no call": """
        def wrong(ctx: Context, v: int) -> None:
            raise Boom(str(v))
        await ctx.map(wrong, [1])
    """,
    "an inner gather fails and the outer one keeps that": """
        found = await ctx.gather(work(3), ctx.gather(safe(1), work(10), limit=1), return_exceptions=True)
        out.append(repr(found))
        keep = n == 2
        out.append(repr(await ctx.gather(ctx.gather(ctx.gather(work(5))), return_exceptions=keep)))
        await ctx.gather(ctx.gather(work(5)), return_exceptions=not keep)
    """,
    "a variable without a value is read before an await": """
        if n == 5:
            x = [1]
        for each in range(3):
            try:
                if each == 0:
                    out.append(f"{x} {await safe(1)}")
                elif each == 1:
                    n += x[await safe(2)]
                else:
                    x += [await safe(3)]
            except UnboundLocalError as error:
                out.append(repr(error))
        del n
        out.append(str(max(await safe(4), n, await safe(5))))
    """,
    "an await that is never reached": """
        call = say("a")
        if n:
            return [await call]
            out.append(await call)
        else:
            await call
    """,
    "an await in a finally clause that only an error reaches": """
        try:
            raise Boom("raised")
        finally:
            await ctx.sleep(1)
            out.append("finally")
    """,
    "an activity is looked up in a dict with get": """
        table = {"a": safe, "b": work}
        chosen = table.get("b", same)
        out.append(repr([await {"a": safe}.get("a")(3), await table.get("c", same)(4), await chosen(1)]))
        out.append(repr(await ctx.map(table.get("a", same), [5, 6][:1])))
    """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_engines_agree(name: str) -> None:
    body = textwrap.indent(textwrap.dedent(PROGRAMS[name]), "    ")
    head = "@app.orchestrator\nasync def main(ctx: Context, n: int) -> list[str]:\n    out: list[str] = []\n"
    with loaded(f"{SHOP}\n\n{head}{body}    return out\n") as app:
        assert not check(app)
        found = ends(app, 2)
    assert found["default"] == found["local"]
    assert found["outlined"] == found["local"]
