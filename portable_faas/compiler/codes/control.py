"""Codes about control flow."""

from typing import Final

from portable_faas.compiler.codes.code import Code, program

CODES: Final = (
    Code(
        "PF030",
        "An await that cannot be moved out of its statement",
        "An await is carried out before the statement it stands in. Where something with an effect or a "
        "possible error is "
        "evaluated earlier, or where the await may not be reached, that would change the program.",
        program("""
            def price(amount: int) -> int:
                return amount * 2


            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                return price(amount) + await charge(amount)  # <-
            """),
        program("""
            def price(amount: int) -> int:
                return amount * 2


            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                base = price(amount)
                return base + await charge(amount)
            """),
    ),
    Code(
        "PF031",
        "A recursive async helper",
        "Helpers become part of the state machine of their orchestrator, which has a fixed size.",
        program("""
            async def walk(ctx: Context, n: int) -> int:
                if n == 0:
                    return 0
                await charge(n)
                return await walk(ctx, n - 1)  # <-


            @app.orchestrator
            async def main(ctx: Context, n: int) -> int:
                return await walk(ctx, n)
            """),
        program("""
            async def walk(ctx: Context, n: int) -> int:
                while n > 0:
                    await charge(n)
                    n -= 1
                return n


            @app.orchestrator
            async def main(ctx: Context, n: int) -> int:
                return await walk(ctx, n)
            """),
    ),
    Code(
        "PF032",
        "An async generator",
        "Where it stopped cannot be recorded.",
        program("""
            async def receipts(ctx: Context, n: int) -> list[int]:
                yield await charge(n)  # <-


            @app.orchestrator
            async def main(ctx: Context, n: int) -> int:
                receipts(ctx, n)
                return n
            """),
        program("""
            async def receipts(ctx: Context, n: int) -> list[int]:
                return [await charge(n)]


            @app.orchestrator
            async def main(ctx: Context, n: int) -> int:
                return len(await receipts(ctx, n))
            """),
    ),
    Code(
        "PF033",
        "`async for` or `async with`",
        "The iterator or the manager would live across awaits that are not durable operations. Only `ctx.lock` is one.",
        program(
            """
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                async with session():  # <-
                    return await charge(amount)
            """,
            "from shop.db import session",
        ),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                return await charge(amount)
            """),
    ),
    Code(
        "PF034",
        "A handler that takes everything",
        "An engine stops a program by an exception that no handler may take: not `BaseException`, and none of the "
        "builtin classes outside `Exception`, such as `asyncio.CancelledError`. `except Exception` takes every error.",
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                try:
                    return await charge(amount)
                except:  # <-
                    return 0
            """),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                try:
                    return await charge(amount)
                except Exception:
                    return 0
            """),
    ),
)
