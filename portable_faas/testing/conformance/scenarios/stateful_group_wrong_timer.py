"""STATEFUL-073 A timer of over a year fails where it is awaited, also in a gather, a race and one inside another."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_073")
TAGS = ("stateful",)
TOO_LONG = "a timer of 400 days: one run of an orchestrator lasts under a year"
CASES = tuple(Case(how, output=TOO_LONG) for how in ("alone", "gather", "race", "inner", "many"))
CASES += (Case("event", output="a time-out of 400 days: one run of an orchestrator lasts under a year"),)
CASES += (Case("ever", output="a timer"),)
DAY = 86_400


@app.activity
def note(n: int) -> int:
    return n


@app.orchestrator
async def main(ctx: Context, how: str) -> str:
    try:
        match how:
            case "alone":
                await ctx.sleep(400 * DAY)
            case "ever":
                await ctx.sleep(1e12)
            case "gather":
                await ctx.gather(ctx.sleep(5), ctx.sleep(400 * DAY))
            case "race":
                await ctx.race(ctx.sleep(400 * DAY), ctx.wait_for_event("never"))
            case "inner":
                await ctx.gather(ctx.gather(ctx.sleep(400 * DAY)), ctx.wait_for_event("never"))
            case "event":
                await ctx.wait_for_event("never", timeout=400 * DAY)
            case _:
                await ctx.gather(*[ctx.sleep(each * DAY) for each in range(399, 402)])
    except ValueError as error:
        if how == "ever":
            return str(error)[:7]
        return str(error).replace("399", "400")
    return "went on"
