"""TRIGGER-032 A batch may fail in part: only the failed messages come again."""

from portable_faas import App
from portable_faas.client import Client
from portable_faas.testing.scratch import counted, tally
from portable_faas.triggers import Message

app = App("trigger_032")
orders = app.queue("orders", int, attempts=2, retry_after=1)


@app.on_message(orders, batch=10)
def pack(messages: list[Message[int]]) -> None:
    tally("batches")
    for message in messages:
        tally(f"order {message.value}")
        if message.value == 3:
            message.fail("no stock")


async def check(client: Client) -> None:
    await orders.send_many([1, 2, 3, 4])
    await client.advance(30)
    assert [counted(f"order {n}") for n in (1, 2, 3, 4)] == [1, 1, 2, 1]
    assert counted("batches") < 6
    assert [(letter.text, letter.error) for letter in await client.dead_letters(pack)] == [("3", "no stock")]
