"""Nightly report: a schedule starts an orchestration, which counts, stores and announces."""

from dataclasses import dataclass
from datetime import date

from portable_faas import App, Context, Retry
from portable_faas.triggers import Tick

app = App("nightly-report")

SALES = {"oslo": [1990, 24900], "bergen": [3950], "tromso": []}


@dataclass(frozen=True)
class Branch:
    name: str
    orders: int
    cents: int


@dataclass(frozen=True)
class Announcement:
    day: date
    key: str
    total_cents: int


reports = app.bucket("reports")
announced = app.queue("announced", Announcement)
outbox = app.bucket("outbox")


@app.activity(retry=Retry(attempts=5, first=10))
def count(branch: str) -> Branch:
    """Stands for a question to the branch's own system."""
    return Branch(branch, len(SALES[branch]), sum(SALES[branch]))


@app.activity
async def store(day: date, branches: list[Branch]) -> str:
    key = f"{day:%Y/%m/%d}.csv"
    lines = ["branch,orders,cents", *(f"{branch.name},{branch.orders},{branch.cents}" for branch in branches)]
    await reports.put(key, "\n".join(lines).encode(), content_type="text/csv")
    return key


@app.activity
async def announce(announcement: Announcement) -> None:
    await announced.send(announcement)


@app.orchestrator
async def report(ctx: Context, day: date) -> Announcement:
    branches = await ctx.gather(*[count(name) for name in sorted(SALES)])
    key = await store(day, branches)
    announcement = Announcement(day, key, sum(branch.cents for branch in branches))
    await announce(announcement)
    return announcement


@app.schedule("30 2 * * 1-5", timezone="Europe/Oslo")
async def every_night(tick: Tick) -> None:
    """Start the report of the night. Its id is the day, so a second start of the same night changes nothing."""
    day = tick.scheduled_at.date()
    await report.start(day, instance_id=f"report-{day}", if_exists="return")


@app.on_message(announced, idempotent_by=lambda announcement: announcement.key)
async def send_mail(announcement: Announcement) -> None:
    """Stands for a mail server."""
    text = f"{announcement.day}: {announcement.total_cents / 100:.2f} in {announcement.key}"
    await outbox.put(f"{announcement.day}.txt", text.encode())
