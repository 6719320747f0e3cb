"""Trip: ten bookings, each of which can be undone; when one fails, those before it are undone in reverse order."""

from dataclasses import dataclass

from portable_faas import App, Context, Retry

app = App("trip_saga")


@dataclass(frozen=True)
class Trip:
    traveller: str
    bookings: list[str]
    sold_out: str = ""


class SoldOut(Exception):
    """There is none left; asking again would not help."""


@app.activity
def book(traveller: str, what: str, sold_out: str) -> str:
    if what == sold_out:
        raise SoldOut(what)
    return f"{what} for {traveller}"


@app.activity(retry=Retry(attempts=10, first=1.0, max_interval=60))
def cancel(booking: str) -> None:
    """Must work some time, so it is tried for long."""


@app.orchestrator
async def travel(ctx: Context, trip: Trip) -> list[str]:
    booked: list[str] = []
    try:
        for what in trip.bookings:
            booked.append(await book(trip.traveller, what, trip.sold_out))
            await ctx.set_status(f"{len(booked)} of {len(trip.bookings)}")
    except SoldOut:
        for booking in reversed(booked):
            await cancel(booking)
        await ctx.set_status("undone")
        raise
    return booked
