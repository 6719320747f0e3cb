"""FLOW-012 `while True` ends at its break, before or after the await of that round."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_012")
TAGS = ("flow",)
CASES = (
    Case(51, output="51 after 0"),
    Case(5, output="10 after 1", calls="double(5)"),
    Case(13, output="52 after 2", calls="double(13); double(26)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    rounds = 0
    while True:
        if n > 50:
            break
        n = await double(n)
        rounds += 1
        if n % 10 == 0:
            break
    return f"{n} after {rounds}"
