"""FLOW-027 The number of rounds may depend on the results: a loop halves until its activity says stop."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_027")
TAGS = ("flow",)
CASES = (
    Case(1, output=[1]),
    Case(4, output=[4, 2, 1], calls="collatz(4); collatz(2)"),
    Case(
        3,
        output=[3, 10, 5, 16, 8, 4, 2, 1],
        calls="collatz(3); collatz(10); collatz(5); collatz(16); collatz(8); collatz(4); collatz(2)",
    ),
)


@app.activity
def collatz(n: int) -> int:
    return n // 2 if n % 2 == 0 else 3 * n + 1


@app.orchestrator
async def main(ctx: Context, n: int) -> list[int]:
    path = [n]
    while path[-1] != 1 and len(path) < 8:
        path.append(await collatz(path[-1]))
    return path
