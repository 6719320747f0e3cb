"""Quotes: a request starts work that takes minutes; the client gets 202 at once, and a URL to ask for the result."""

from dataclasses import dataclass

from portable_faas import Accepted, App, Context, Retry
from portable_faas.triggers import Problem

app = App("quotes")
app.api(title="Quotes", version="1.0")
app.api_client("shop", key=app.secret("shop-key"))

CARRIERS = {"north": 1200, "swift": 2400, "snail": 300}


@dataclass(frozen=True)
class Parcel:
    country: str
    grams: int


@dataclass(frozen=True)
class Quote:
    carrier: str
    cents: int


@app.activity(retry=Retry(attempts=3, first=5))
def ask(carrier: str, parcel: Parcel) -> Quote:
    """Stands for a carrier's service, which takes its time."""
    return Quote(carrier, CARRIERS[carrier] + parcel.grams // 10)


@app.orchestrator
async def compare(ctx: Context, parcel: Parcel) -> list[Quote]:
    await ctx.set_status("asking")
    quotes = await ctx.gather(*[ask(carrier, parcel) for carrier in sorted(CARRIERS)])
    await ctx.set_status("waiting for late offers")
    await ctx.sleep(120)
    return sorted(quotes, key=lambda quote: quote.cents)


@app.post("/quotes")
async def request_quotes(parcel: Parcel) -> Accepted:
    """Ask every carrier. The answer names a status URL; ask it until the quotes are there."""
    if parcel.grams < 1:
        raise Problem(
            422, "a parcel weighs something", errors=[{"field": "body.grams", "detail": "expected 1 or more"}]
        )
    return Accepted(await compare.start(parcel), retry_after=5)
