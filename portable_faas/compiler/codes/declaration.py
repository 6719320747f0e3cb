"""Codes about the program as such: its source, its declarations, what it awaits."""

from typing import Final

from portable_faas.compiler.codes.code import Code, program

CODES: Final = (
    Code(
        "PF001",
        "The source cannot be read",
        "The checker and the compilers work from the source. A file with a syntax error, an orchestrator made with "
        "`exec`, a call of `eval`, or a function nested too deeply to follow cannot be checked.",
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                return await charge(amount  # <-
            """),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                return await charge(amount)
            """),
    ),
    Code(
        "PF002",
        "A declaration has the wrong shape",
        "An orchestrator is an `async def` with the context and at most one input; an activity names its parameters "
        "and returns one value. An entity is a class whose attributes have defaults and whose operations are plain "
        "methods. No two functions of an app have one name. What else a declaration refuses while the module is "
        "imported, such as the name of a queue or a number out of range, has this code, too.",
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int, currency: str) -> int:  # <-
                return await charge(amount)
            """),
        program(
            """
            @dataclass
            class Input:
                amount: int
                currency: str


            @app.orchestrator
            async def main(ctx: Context, input: Input) -> int:
                return await charge(input.amount)
            """,
            "from dataclasses import dataclass",
        ),
    ),
    Code(
        "PF003",
        "An annotation is not portable",
        "Inputs and results cross processes and clouds as JSON. Their types must have one wire form everywhere.",
        program("""
            @app.orchestrator
            async def main(ctx: Context, amounts: set[int]) -> int:  # <-
                return await charge(sum(amounts))
            """),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amounts: list[int]) -> int:
                return await charge(sum(amounts))
            """),
    ),
    Code(
        "PF004",
        "The context has no such operation",
        "A misspelt operation would fail only when the program reaches it.",
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                await ctx.slep(5)  # <-
                return await charge(amount)
            """),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                await ctx.sleep(5)
                return await charge(amount)
            """),
    ),
    Code(
        "PF006",
        "What is awaited is not durable",
        "Only activities, operations of the context and async helpers of the program are recorded. Anything else would "
        "run again on every replay, and a machine in the cloud has no event loop to run it on.",
        program(
            """
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                await asyncio.sleep(5)  # <-
                return await charge(amount)
            """,
            "import asyncio",
        ),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                await ctx.sleep(5)
                return await charge(amount)
            """),
    ),
    Code(
        "PF007",
        "A durable call is never awaited",
        "A call describes one run of an activity. Without an await it never happens, or a description is used where "
        "its result was meant.",
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                charge(amount)  # <-
                return amount
            """),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                await charge(amount)
                return amount
            """),
    ),
    Code(
        "PF008",
        "A durable call is awaited twice",
        "A call describes exactly one run; awaiting it again would give the recorded result on one engine and run "
        "the activity again on another.",
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                payment = charge(amount)
                first = await payment
                return first + await payment  # <-
            """),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                first = await charge(amount)
                return first + await charge(amount)
            """),
    ),
    Code(
        "PF009",
        "An activity or orchestrator is chosen at run time",
        "A state machine names what it runs when it is built. A conditional, `match` or a literal dict can be read "
        "from the source; one in a list, in a parameter or behind `getattr` cannot.",
        program("""
            @app.activity
            def refund(amount: int) -> int:
                return -amount


            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                steps = [
                    charge,  # <-
                ]
                for step in steps:
                    amount = await step(amount)
                return await refund(amount)
            """),
        program("""
            @app.activity
            def refund(amount: int) -> int:
                return -amount


            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                step = charge if amount > 0 else refund
                return await step(amount)
            """),
    ),
)
