"""FLOW-112 With return_exceptions a gather waits for all and gives the exceptions in their places."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_112")
TAGS = ("flow",)
CASES = (
    Case([], output=[]),
    Case(
        [1, -2, 3, -4],
        output=["int 1", "ValueError -2 is negative", "int 3", "ValueError -4 is negative"],
        calls=("check(1)", "check(-2)", "check(3)", "check(-4)"),
    ),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> list[str]:
    results = await ctx.gather(*[check(item) for item in items], return_exceptions=True)
    return [f"{type(result).__name__} {result}" for result in results]
