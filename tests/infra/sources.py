"""An app with one function for each kind of trigger, which tells that it was called."""

import os

from portable_faas import App
from portable_faas.testing.scratch import tally

DIES = 3  # times, before it works

app = App("sources")
greeting = app.setting("greeting", default="hello")
orders = app.queue("orders", int)
shipped = app.topic("shipped", int)
files = app.bucket("files")


@app.get("/greet", auth="anonymous")
def greet() -> str:
    return greeting.get()


@app.on_message(orders)
def pack(n: int) -> None:
    tally("queue")
    if n < 0:
        raise ValueError("there are no fewer than none")


@app.on_event(shipped)
def tell(n: int) -> None:
    tally("topic")


@app.on_blob(files)
def look(event: object) -> None:
    tally("bucket")


@app.schedule(every=3600)
def tick() -> None:
    if tally("schedule") <= DIES:
        os._exit(1)
