"""FLOW-017 A break or continue in an inner loop leaves the outer loop running."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_017")
TAGS = ("flow",)
CASES = (
    Case(0, output=[]),
    Case(1, output=[0], calls="add(0,0)"),
    Case(3, output=[0, 2, 2, 3, 4], calls="add(0,0); add(1,1); add(2,0); add(2,1); add(2,2)"),
)


@app.activity
def add(a: int, b: int) -> int:
    return a + b


@app.orchestrator
async def main(ctx: Context, size: int) -> list[int]:
    sums: list[int] = []
    for a in range(size):
        for b in range(size):
            if b == 0 and a == 1:
                continue
            if b > a:
                break
            sums.append(await add(a, b))
    return sums
