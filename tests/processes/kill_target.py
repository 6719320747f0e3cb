"""The program that test_kill kills: 500 steps with fan-out and timers, over a real file.

    python kill_target.py STORE RUNS     prints the result as JSON when it is done

Every activity writes one line to RUNS for each time it runs.
"""

import asyncio
import json
import os
import sys

from portable_faas import App, Context, connect

app = App("killed")


def ran(name: str, n: int) -> None:
    descriptor = os.open(os.environ["RUNS"], os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
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
        squares = await ctx.gather(*[square(n * 10 + i) for i in range(5)], ctx.sleep(0.002))
        total += sum(found for found in squares if found is not None)
        for i in range(4):
            total = await add(n * 4 + i, total)
    return total


async def run(path: str) -> None:
    async with connect(app, path=path) as client:
        handle = await client.start(main, 50, instance_id="one", if_exists="return")
        print(json.dumps(await handle.result()), flush=True)


if __name__ == "__main__":
    os.environ["RUNS"] = sys.argv[2]
    asyncio.run(run(sys.argv[1]))
