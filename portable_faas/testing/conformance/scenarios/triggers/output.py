"""TRIGGER-070 What a function returns goes to its output: a queue, a topic or a bucket."""

from portable_faas import App
from portable_faas.client import Client

app = App("trigger_070")
first, second = app.queue("first", int), app.queue("second", int)
results = app.topic("results", str)
kept = app.bucket("kept")


@app.on_message(first, output=second)
def double(n: int) -> int | None:
    return 2 * n if n else None


@app.on_message(second, output=results)
async def show(n: int) -> str:
    return f"n={n}"


@app.on_event(results, output=kept)
def keep(text: str) -> tuple[str, bytes]:
    return text, b"kept"


async def check(client: Client) -> None:
    await first.send_many([0, 3])
    await client.advance(1)
    assert [info.key for info in await kept.list()] == ["n=6"]
