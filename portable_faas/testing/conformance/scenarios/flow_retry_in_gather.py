"""FLOW-154 Branches of a gather are tried again each on its own, side by side."""

from portable_faas import App, Context, Retry
from portable_faas.testing.scenario import Case

app = App("flow_154")
TAGS = ("flow",)
CASES = (
    Case([], output=[], elapsed=0),
    Case([1, 0, 2], output=["broken 1", "0", "broken 2"], calls=("broken(1)", "broken(0)", "broken(2)"), elapsed=20),
)


@app.activity(retry=Retry(attempts=3, first=10, backoff=1))
def broken(n: int) -> int:
    if n > 0:
        raise OSError(f"broken {n}")
    return n


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> list[str]:
    results = await ctx.gather(*[broken(item) for item in items], return_exceptions=True)
    return [str(result) for result in results]
