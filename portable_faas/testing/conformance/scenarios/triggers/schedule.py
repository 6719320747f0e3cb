"""TRIGGER-040 Functions run at the times of their cron expression in its time zone, or every so often."""

from portable_faas import App
from portable_faas.client import Client
from portable_faas.testing.scratch import counted, tally
from portable_faas.triggers import Tick

app = App("trigger_040")


@app.schedule("30 6 * * *", timezone="Asia/Kolkata")
def morning(tick: Tick) -> None:
    tally(f"morning at {tick.scheduled_at:%H:%M}")


@app.schedule(every=3600)
async def hourly() -> None:
    tally("hourly")
    raise RuntimeError("the next run comes nevertheless")


async def check(client: Client) -> None:
    await client.advance(2 * 86400 + 1)
    assert counted("morning at 01:00") == 2
    assert counted("hourly") == 48
