"""Codes about entities, locks, `continue_as_new` and sub-orchestrations."""

from typing import Final

from portable_faas.compiler.codes.code import Code, program

_COUNTER: Final = """
            @app.entity
            class Counter:
                value: int = 0

                def add(self, n: int) -> int:
                    self.value += n
                    return self.value


"""


def _with_counter(body: str) -> str:
    return program(_COUNTER.lstrip("\n") + body.lstrip("\n"))


CODES: Final = (
    Code(
        "PF040",
        "A lock inside a lock",
        "The inner one could wait for an instance that waits for the outer one. `ctx.lock` takes all its entities "
        "together.",
        _with_counter("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                mine, yours = ctx.entity(Counter, "mine"), ctx.entity(Counter, "yours")
                async with ctx.lock(mine):
                    async with ctx.lock(yours):  # <-
                        return await mine.call(Counter.add, amount)
            """),
        _with_counter("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                mine, yours = ctx.entity(Counter, "mine"), ctx.entity(Counter, "yours")
                async with ctx.lock(mine, yours):
                    return await mine.call(Counter.add, amount)
            """),
    ),
    Code(
        "PF041",
        "A sub-orchestration inside a lock",
        "The child is an instance of its own: what it does with the locked entities would wait for the lock that "
        "waits for the child.",
        _with_counter("""
            @app.orchestrator
            async def other(ctx: Context, amount: int) -> int:
                return await ctx.entity(Counter, "mine").call(Counter.add, amount)


            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                async with ctx.lock(ctx.entity(Counter, "mine")):
                    return await other(amount)  # <-
            """),
        _with_counter("""
            @app.orchestrator
            async def other(ctx: Context, amount: int) -> int:
                return await ctx.entity(Counter, "mine").call(Counter.add, amount)


            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                async with ctx.lock(ctx.entity(Counter, "mine")):
                    await charge(amount)
                return await other(amount)
            """),
    ),
    Code(
        "PF042",
        "`continue_as_new` inside a lock",
        "The run ends there, so the block would never be left and the lock never be freed by the program.",
        _with_counter("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                async with ctx.lock(ctx.entity(Counter, "mine")):
                    await charge(amount)
                    return await ctx.continue_as_new(amount + 1)  # <-
            """),
        _with_counter("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                async with ctx.lock(ctx.entity(Counter, "mine")):
                    await charge(amount)
                return await ctx.continue_as_new(amount + 1)
            """),
    ),
    Code(
        "PF043",
        "Code after `continue_as_new`",
        "The run ends there and the next one begins at the top. Nothing that follows would run, neither the next line "
        "nor a `finally`.",
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                if amount < 9:
                    await ctx.continue_as_new(amount + 1)  # <-
                return await charge(amount)
            """),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                if amount < 9:
                    return await ctx.continue_as_new(amount + 1)
                return await charge(amount)
            """),
    ),
    Code(
        "PF044",
        "The class is not an entity",
        "`ctx.entity` takes a class that the app declares, so that every engine knows its operations.",
        program("""
            class Counter:
                value: int = 0


            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                counter = ctx.entity(Counter, "k")  # <-
                return (await counter.read()).value
            """),
        program("""
            @app.entity
            class Counter:
                value: int = 0


            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                counter = ctx.entity(Counter, "k")
                return (await counter.read()).value
            """),
    ),
    Code(
        "PF045",
        "The entity has no such operation",
        "An operation is a public method of the class, named as `Counter.add`: not its text, not a method of an "
        "object, not one of another class.",
        _with_counter("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                return await ctx.entity(Counter, "k").call(Counter.push, amount)  # <-
            """),
        _with_counter("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                return await ctx.entity(Counter, "k").call(Counter.add, amount)
            """),
    ),
    Code(
        "PF046",
        "A lock that is not a block",
        "What is locked is freed on every way out of the block, and by nothing else.",
        _with_counter("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                counter = ctx.entity(Counter, "k")
                await ctx.lock(counter)  # <-
                return await counter.call(Counter.add, amount)
            """),
        _with_counter("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                counter = ctx.entity(Counter, "k")
                async with ctx.lock(counter):
                    return await counter.call(Counter.add, amount)
            """),
    ),
    Code(
        "PF047",
        "A sub-orchestration gets one input",
        "It is an instance of its own, with a context, a history and an id of its own. Only its input crosses.",
        program("""
            @app.orchestrator
            async def other(ctx: Context, amount: int) -> int:
                return await charge(amount)


            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                return await other(ctx, amount)  # <-
            """),
        program("""
            @app.orchestrator
            async def other(ctx: Context, amount: int) -> int:
                return await charge(amount)


            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                return await other(amount)
            """),
    ),
)
