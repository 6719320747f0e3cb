"""Codes of warnings: the program means the same everywhere, but one target will be slow or dear with it."""

from typing import Final

from portable_faas.compiler.codes.code import Code, program

ADVICE: Final = (
    Code(
        "PF090",
        "A loop that never ends (a warning)",
        "Durable Functions replays the whole history of an instance at every step, so the thousandth round costs a "
        "thousand times as much as the first, and nothing ever ends the instance. On AWS a long loop goes on in a new "
        "execution by itself, and the embedded engine keeps the coroutine. Only a `while` with a constant condition "
        "that nothing in it ends is reported: with a `return`, `break`, `raise` or `continue_as_new` in it, the number "
        "of rounds is a matter of the data.",
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                while True:  # <-
                    amount = await charge(amount)
                    await ctx.sleep(3600)
            """),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                for _ in range(100):
                    amount = await charge(amount)
                    await ctx.sleep(3600)
                return await ctx.continue_as_new(amount)
            """),
    ),
)
