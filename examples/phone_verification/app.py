"""Phone verification: a code by text message, three tries to type it, three minutes for all of them."""

from dataclasses import dataclass

from portable_faas import App, Context

app = App("phone_verification")
TRIES, SECONDS = 3, 180


@dataclass(frozen=True)
class Outcome:
    verified: bool
    tries: int


@app.activity
def send_code(phone: str) -> str:
    """Stands for the text message; gives the code that was sent."""
    return f"{sum(map(ord, phone)) % 10000:04}"


async def typed_right(ctx: Context, code: str) -> Outcome:
    for tried in range(1, TRIES + 1):
        if await ctx.wait_for_event("typed", str) == code:
            return Outcome(verified=True, tries=tried)
    return Outcome(verified=False, tries=TRIES)


@app.orchestrator
async def verify(ctx: Context, phone: str) -> Outcome:
    code = await send_code(phone)
    _, outcome = await ctx.race(typed_right(ctx, code), ctx.sleep(SECONDS))
    return outcome or Outcome(verified=False, tries=0)
