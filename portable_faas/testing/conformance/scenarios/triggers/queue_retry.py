"""TRIGGER-031 A message that fails is tried again, then a dead letter, from which it can be put back."""

from portable_faas import App
from portable_faas.client import Client
from portable_faas.testing.scratch import counted, tally

app = App("trigger_031")
orders = app.queue("orders", int, attempts=3, retry_after=10)


@app.on_message(orders)
def pack(id: int) -> None:
    if tally(f"tried {id}") <= id:
        raise ValueError(f"order {id}")


async def check(client: Client) -> None:
    await orders.send_many([1, 4])
    await client.advance(60)
    assert (counted("tried 1"), counted("tried 4")) == (2, 3)
    (dead,) = await client.dead_letters(pack)
    assert (dead.text, dead.attempts, dead.error) == ("4", 3, "ValueError: order 4")
    assert [letter.text for letter in await orders.dead_letters()] == ["4"]
    assert await orders.redrive() == 1
    await client.advance(60)
    assert counted("tried 4") == 5
    assert await client.dead_letters(pack) == []
