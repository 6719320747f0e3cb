"""FLOW-081 Awaited values in an f-string are formatted by Python's rules."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_081")
TAGS = ("flow",)
CASES = (
    Case(1, output="n=   2|003|4|0.25", calls="add(1,1); add(1,2); add(1,3)"),
    Case(-5, output="n=  -4|-03|-2|-1.25", calls="add(-5,1); add(-5,2); add(-5,3)"),
)


@app.activity
def add(a: int, b: int) -> int:
    return a + b


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    name = "n"
    return f"{name}={await add(n, 1):>4}|{await add(n, 2):03d}|{await add(n, 3)!r}|{n / 4:.2f}"
