"""STATEFUL-074 What only a run can tell to be wrong is the same error of the await everywhere."""

from typing import Any

from portable_faas import App, Context
from portable_faas.context.calls import Call
from portable_faas.testing.scenario import Case

app = App("stateful_074")
TAGS = ("stateful",)
WRONG = [
    "NotSupported: orchestrator other inside a lock could wait for itself; leave the `async with ctx.lock` first",
    "InstanceExists: instance one is still live; wait for it or terminate it, or choose another id",
    "NotPortable: n: a set",
]
CASES = (Case(output=WRONG),)


@app.entity
class Counter:
    value: int = 0

    def add(self, n: int) -> int:
        return n


@app.orchestrator
async def other(ctx: Context, n: Any) -> int:
    await ctx.sleep(3600)
    return 1


def made(n: Any) -> Call[int]:
    return other.using(instance_id="one")(n)


@app.orchestrator
async def main(ctx: Context) -> list[str]:
    found: list[str] = []
    try:
        async with ctx.lock(ctx.entity(Counter, "k")):
            await ctx.gather(made(1))
    except Exception as error:
        found.append(f"{type(error).__name__}: {error}")
    await other.start(1, instance_id="one")
    for value in (1, {1}):
        try:
            await ctx.gather(made(value))
        except Exception as error:
            found.append(f"{type(error).__name__}: {error}")
    found[2] = found[2].partition(" may")[0]
    return found
