"""FLOW-065 Errors of plain Python code between awaits are caught: a missing key, an index, a division."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_065")
TAGS = ("flow",)
CASES = (
    Case(1, output="2", calls="double(1)"),
    Case(0, output="division", calls="double(0)"),
    Case(2, output="index 14", calls="double(2); double(7)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    try:
        items = [10, await double(n)]
        return f"{items[n] // n}"
    except ZeroDivisionError:
        return "division"
    except IndexError:
        return f"index {await double(7)}"
