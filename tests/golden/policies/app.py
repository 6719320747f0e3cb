"""Retries and time-outs: declared, overridden, and known only to a run."""

from portable_faas import App, Context, Retry

app = App("policies")


@app.activity(retry=Retry(attempts=4, first=2, backoff=3, max_interval=20, on=(ConnectionError,)), timeout=30)
def fetch(key: str) -> str:
    return key


@app.activity(timeout=5)
def quick(key: str) -> str:
    return key


ONCE = Retry(attempts=1)


@app.orchestrator
async def main(ctx: Context, attempts: int) -> str:
    text = await fetch("a")
    text += await fetch.using(retry=ONCE)("b")
    text += await quick.using(retry=Retry(attempts=2, jitter=True), timeout=9)("c")
    try:
        text += await quick.using(retry=Retry(attempts=attempts))("d")
    except TimeoutError:
        text += "late"
    return text
