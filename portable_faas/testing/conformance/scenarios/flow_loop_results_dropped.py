"""FLOW-230 A loop that uses no result of its calls stops at the first failure and keeps what Python keeps of a loop."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app, TAGS = App("flow_230"), ("flow",)
RAISED = ("ZeroDivisionError", "integer division or modulo by zero")
CASES = (
    Case([], output=-1),
    Case([4, 2], output=2, calls="pack(25); pack(50); pack(50); pack(25)"),
    Case([5, 0], error=RAISED, calls="pack(20)"),
    Case([5, 200, 2], error=RAISED, calls="pack(20); pack(0)"),
)


@app.activity
def pack(n: int) -> int:
    return 1 // n


@app.orchestrator
async def main(ctx: Context, sizes: list[int]) -> int:
    size, packed = -1, list[int]()
    for size in sizes:
        await pack(100 // size)
        packed.append(100 // size)
    for one in reversed(packed):
        await pack(one)
    return size
