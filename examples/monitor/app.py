"""Monitor: look at a long job from time to time, say how far it is, and give up at a deadline."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from portable_faas import App, Context, Retry

app = App("monitor")


class State(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    OVERDUE = "overdue"


@dataclass(frozen=True)
class Watch:
    job: str
    every_seconds: int = 30
    deadline_seconds: int = 600


@dataclass(frozen=True)
class Progress:
    state: State
    percent: int


@dataclass(frozen=True)
class Report:
    job: str
    state: State
    percent: int
    looks: int


@app.activity(retry=Retry(attempts=5, first=1.0), timeout=10)
def look(job: str, number: int) -> Progress:
    """Stands for a request to the service that runs the job; here a job gets on by a quarter between two looks."""
    if job == "stuck":
        return Progress(State.RUNNING, min(number * 25, 50))
    if job == "broken" and number > 1:
        return Progress(State.FAILED, 25)
    return Progress(State.DONE if number >= 4 else State.RUNNING, min(number * 25, 100))


@app.activity
def notify(report: Report) -> None:
    """Stands for a mail to whoever waits for the job."""


@app.orchestrator
async def watch(ctx: Context, request: Watch) -> Report:
    deadline = ctx.now() + timedelta(seconds=request.deadline_seconds)
    looks = 0
    while True:
        progress = await look(request.job, looks)
        looks += 1
        state = progress.state
        if state == State.RUNNING and ctx.now() + timedelta(seconds=request.every_seconds) > deadline:
            state = State.OVERDUE
        await ctx.set_status({"state": state.value, "percent": progress.percent})
        if state != State.RUNNING:
            break
        await ctx.sleep(request.every_seconds)
    report = Report(request.job, state, progress.percent, looks)
    await notify(report)
    return report
