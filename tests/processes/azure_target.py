"""The app that the tests of the host process run: fan-out, timers, chains; every activity counts its runs in a file."""

import os

from portable_faas import App, Context

app = App("killed")
RUNS = "PFAAS_TEST_RUNS"


def ran(name: str, n: int) -> None:
    descriptor = os.open(os.environ[RUNS], os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    os.write(descriptor, f"{name} {n}\n".encode())
    os.close(descriptor)


@app.activity
def add(n: int, m: int) -> int:
    ran("add", n)
    return n + m


@app.activity
async def square(n: int) -> int:
    ran("square", n)
    return n * n


@app.orchestrator
async def main(ctx: Context, rounds: int) -> int:
    total = 0
    for n in range(rounds):
        squares = await ctx.gather(*[square(n * 10 + i) for i in range(5)], ctx.sleep(3600))
        total += sum(found for found in squares if found is not None)
        total = await add(n, total)
    return total


@app.orchestrator
async def nap(ctx: Context, seconds: float) -> str:
    await ctx.set_status("napping")
    await ctx.sleep(seconds)
    return "slept"


@app.orchestrator
async def chain(ctx: Context, n: int) -> int:
    for i in range(n):
        n = await add(i, n)
    return n
