"""STATEFUL-079 Bad calls of clients are the same errors everywhere: unknown ids, ends, operations, values."""

from typing import Any

import pytest

from portable_faas import App, Context
from portable_faas.client import Client, Handle
from portable_faas.errors import InstanceFinished, InstanceNotFound, NotPortable
from portable_faas.testing.scenario import Case

app = App("stateful_079")
TAGS = ("stateful",)
CASES = (Case(1, output=1),)


@app.entity
class Counter:
    value: int = 0

    def add(self, n: int) -> int:
        self.value += n
        return self.value


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    return await ctx.entity(Counter, "k").call(Counter.add, n)


async def drive(client: Client, handle: Handle[Any]) -> None:
    await handle.result()
    counter = client.entity(Counter, "k")
    with pytest.raises(InstanceFinished, match=f"instance {handle.instance_id} has finished"):
        await handle.raise_event("go")
    bad: Any = {1}
    for call in (lambda: counter.call(Counter.add, bad), lambda: client.start(main, bad)):
        with pytest.raises(NotPortable, match="n: a set may not cross"):
            await call()
    with pytest.raises(TypeError, match=r"entity Counter has no operation .*; it has Counter\.add"):
        await counter.call(len, 1)  # type: ignore[call-arg,arg-type]
    await handle.purge()
    for gone in (handle.status, handle.result, handle.history, handle.purge, lambda: client.find(handle.instance_id)):
        with pytest.raises(InstanceNotFound, match=f"there is no instance {handle.instance_id}"):
            await gone()
    await client.start(main, 0, instance_id=handle.instance_id)
