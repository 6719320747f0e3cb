"""Codes about values that live across an await."""

from typing import Final

from portable_faas.compiler.codes.code import Code, program

CODES: Final = (
    Code(
        "PF020",
        "A value that cannot cross an await",
        "Between two awaits the program may be carried to another process; what is still needed goes with it as a "
        "portable value. Sets, iterators, open files, functions in lists, objects of plain classes, infinite floats "
        "and ints beyond 2**53 - 1 have no portable form. Neither has a class that a function defines, nor an object "
        "or error of it; define it at module level.",
        program("""
            @app.orchestrator
            async def main(ctx: Context, amounts: list[int]) -> int:
                seen: set[int] = set()  # <-
                for amount in amounts:
                    if amount not in seen:
                        seen.add(await charge(amount))
                return len(seen)
            """),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amounts: list[int]) -> int:
                seen: list[int] = []
                for amount in amounts:
                    if amount not in seen:
                        seen.append(await charge(amount))
                return len(seen)
            """),
    ),
    Code(
        "PF021",
        "Two names for one value that changes after an await",
        "Each variable crosses an await by itself. Two names of one list are two lists afterwards on some "
        "targets, so a "
        "change through one would no longer be seen through the other. So are the results of two gathered helpers that "
        "return one list.",
        program("""
            @app.orchestrator
            async def main(ctx: Context, amounts: list[int]) -> list[int]:
                backup = amounts
                await charge(1)
                amounts.append(1)  # <-
                return backup
            """),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amounts: list[int]) -> list[int]:
                backup = list(amounts)
                await charge(1)
                amounts.append(1)
                return backup
            """),
    ),
    Code(
        "PF022",
        "A closure over something that changes",
        "A nested function crosses an await with what it captured. If that is assigned or changed meanwhile, "
        "the function "
        "would see the old value on some targets and the new one on others.",
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                rate = 1

                def price(x: int) -> int:  # <-
                    return x * rate

                rate = await charge(amount)
                return price(amount)
            """),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                def price(x: int, rate: int) -> int:
                    return x * rate

                rate = await charge(amount)
                return price(amount, rate)
            """),
    ),
    Code(
        "PF023",
        "A generator lives across an await",
        "The position of a generator or iterator cannot be recorded. Lists, dicts, `range`, `enumerate` and "
        "`zip` of lists "
        "can be gone over with awaits in the loop.",
        program("""
            @app.orchestrator
            async def main(ctx: Context, amounts: list[int]) -> int:
                total = 0
                for amount in (a * 2 for a in amounts):  # <-
                    total += await charge(amount)
                return total
            """),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amounts: list[int]) -> int:
                total = 0
                for amount in [a * 2 for a in amounts]:
                    total += await charge(amount)
                return total
            """),
    ),
    Code(
        "PF024",
        "`global` or `nonlocal` across an await",
        "The function and the one around it share the variable only while no await lies between.",
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                total = 0

                async def add(x: int) -> None:
                    nonlocal total  # <-
                    total += await charge(x)

                await add(amount)
                return total
            """),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                total = 0

                async def fee(x: int) -> int:
                    return await charge(x)

                total += await fee(amount)
                return total
            """),
    ),
    Code(
        "PF025",
        "A gathered helper changes its caller's values",
        "Branches run side by side, each with its own copy of what it was given. Only what a branch returns "
        "comes back.",
        program("""
            async def add(ctx: Context, totals: list[int], amount: int) -> None:
                totals.append(await charge(amount))


            @app.orchestrator
            async def main(ctx: Context, amount: int) -> list[int]:
                totals: list[int] = []
                await ctx.gather(
                    add(ctx, totals, amount),  # <-
                    charge(amount),
                )
                return totals
            """),
        program("""
            async def fee(ctx: Context, amount: int) -> int:
                return await charge(amount)


            @app.orchestrator
            async def main(ctx: Context, amount: int) -> list[int]:
                totals = await ctx.gather(fee(ctx, amount), charge(amount))
                return list(totals)
            """),
    ),
)
