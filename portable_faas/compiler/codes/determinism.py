"""Codes about what would be another value in a replay or on another machine."""

from typing import Final

from portable_faas.compiler.codes.code import Code, program

CODES: Final = (
    Code(
        "PF010",
        "The clock of the machine",
        "The code of an orchestrator runs again on replay, and on another machine. `ctx.now()` is recorded "
        "once per step.",
        program(
            """
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> str:
                started = datetime.now(UTC)  # <-
                await charge(amount)
                return started.isoformat()
            """,
            "from datetime import UTC, datetime",
        ),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> str:
                started = ctx.now()
                await charge(amount)
                return started.isoformat()
            """),
    ),
    Code(
        "PF011",
        "A random value",
        "Another number on replay would send the program another way than the one recorded. `hash` gives another "
        "number in every process, too.",
        program(
            """
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> str:
                key = str(uuid.uuid4())  # <-
                await charge(amount)
                return key
            """,
            "import uuid",
        ),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> str:
                key = str(ctx.uuid())
                await charge(amount)
                return key
            """),
    ),
    Code(
        "PF012",
        "Input or output",
        "It would happen again on every replay. Activities do the work and are recorded; `ctx.log` stays "
        "silent on replay.",
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                print("charging", amount)  # <-
                return await charge(amount)
            """),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                ctx.log.info("charging %s", amount)
                return await charge(amount)
            """),
    ),
    Code(
        "PF013",
        "A global is changed",
        "Instances run in many processes, and a replay runs the change again: no two of them would see the same value. "
        "Attributes of classes and context variables count, and so does a change through another name.",
        program("""
            done: list[int] = []


            @app.orchestrator
            async def main(ctx: Context, amount: int) -> int:
                done.append(amount)  # <-
                return await charge(amount)
            """),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amount: int) -> list[int]:
                done: list[int] = []
                done.append(await charge(amount))
                return done
            """),
    ),
    Code(
        "PF014",
        "Identity across an await",
        "A value that lived across an await may be a copy of itself: equal, but not the same object. `id` and the text "
        "of an `object()` belong to one process.",
        program("""
            @app.orchestrator
            async def main(ctx: Context, amounts: list[int]) -> bool:
                first = amounts
                await charge(1)
                return first is amounts  # <-
            """),
        program("""
            @app.orchestrator
            async def main(ctx: Context, amounts: list[int]) -> bool:
                first = amounts
                await charge(1)
                return first == amounts
            """),
    ),
    Code(
        "PF015",
        "The order of a set",
        "Text hashes to another number in every process, so a set of texts has another order on replay.",
        program("""
            @app.orchestrator
            async def main(ctx: Context, names: list[str]) -> int:
                total = 0
                for name in set(names):  # <-
                    total += await charge(len(name))
                return total
            """),
        program("""
            @app.orchestrator
            async def main(ctx: Context, names: list[str]) -> int:
                total = 0
                for name in sorted(set(names)):
                    total += await charge(len(name))
                return total
            """),
    ),
)
