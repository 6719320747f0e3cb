"""FLOW-045 A try inside an except block handles the failure of the fallback."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_045")
TAGS = ("flow",)
CASES = (
    Case([1, 2], output="first 1", calls="check(1)"),
    Case([-1, 2], output="second 2", calls="check(-1); check(2)"),
    Case([-1, -2], output="neither: -2 is negative", calls="check(-1); check(-2)"),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, items: list[int]) -> str:
    try:
        return f"first {await check(items[0])}"
    except ValueError:
        try:
            return f"second {await check(items[1])}"
        except ValueError as e:
            return f"neither: {e}"
