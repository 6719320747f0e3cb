"""TRIGGER-050 Every subscriber gets the events of its type and attributes; what fails becomes a dead letter."""

from portable_faas import App
from portable_faas.client import Client
from portable_faas.testing.scratch import counted, tally
from portable_faas.triggers import CloudEvent

app = App("trigger_050")
shipped = app.topic("shipped", str)


@app.on_event(shipped)
def all(event: CloudEvent[str]) -> None:
    tally(f"{event.data} {event.type} {event.source} {event.subject} {event.attributes}")


@app.on_event(shipped, type="express")
def express(order: str) -> None:
    tally(f"express {order}")


@app.on_event(shipped, attributes={"country": "no"}, attempts=2, retry_after=1)
def abroad(order: str) -> None:
    tally(f"abroad {order}")
    raise OSError("the border is closed")


async def check(client: Client) -> None:
    await shipped.publish("a")
    await shipped.publish("b", type="express", subject="s", attributes={"country": "no"})
    await client.advance(10)
    assert counted("a shipped /topics/shipped None {}") == 1
    assert counted("b express /topics/shipped s {'country': 'no'}") == 1
    assert (counted("express a"), counted("express b")) == (0, 1)
    assert (counted("abroad a"), counted("abroad b")) == (0, 2)
    (dead,) = await client.dead_letters(abroad)
    assert (dead.attempts, dead.error) == (2, "OSError: the border is closed")
