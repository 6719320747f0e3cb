"""A while loop that is left, and a for loop with an else."""

from portable_faas import App, Context

app = App("loops")


@app.activity
def step(n: int) -> int:
    return n - 1


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    seen = []
    while True:
        n = await step(n)
        if n < 0:
            break
        if n % 2:
            continue
        seen.append(n)
    for at in seen:
        if await step(at) > 10:
            return "large"
    else:
        await step(0)
    return f"{len(seen)} even"
