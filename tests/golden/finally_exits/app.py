"""Every way out of a try runs its own copy of the finally."""

from portable_faas import App, Context

app = App("finally_exits")


@app.activity
def work(n: int) -> int:
    return n


@app.activity
def close(n: int) -> None:
    pass


@app.orchestrator
async def main(ctx: Context, count: int) -> int:
    for n in range(count):
        try:
            got = await work(n)
            if got == 1:
                continue
            if got == 2:
                break
            if got == 3:
                return got
        finally:
            await close(n)
    return -1
