"""FLOW-227 A loop may go round any number of times, with timers, a status and what it has gathered so far."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_227")
TAGS = ("flow",)
CASES = (
    Case(0, output=[0, 0], custom_status="begun"),
    Case(
        60,
        output=[1770, 60],
        calls="; ".join(f"same({n})" for n in range(60)),
        elapsed=12.0,
        custom_status={"seen": 51},
    ),
)


@app.activity
def same(number: int) -> int:
    return number


@app.orchestrator
async def main(ctx: Context, rounds: int) -> list[int]:
    await ctx.set_status("begun")
    seen: list[int] = []
    while len(seen) < rounds:
        seen.append(await same(len(seen)))
        if len(seen) % 10 == 1:
            await ctx.sleep(2)
            await ctx.set_status({"seen": len(seen)})
    return [sum(seen), len(seen)]
