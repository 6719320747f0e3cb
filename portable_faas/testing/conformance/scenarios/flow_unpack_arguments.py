"""FLOW-093 A call takes its arguments from an unpacked list and dict."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_093")
TAGS = ("flow",)
CASES = (
    Case([1, 2], output=[3, 11], calls="add(1,2); add(1,10)"),
    Case([0, 0], output=[0, 11], calls="add(0,0); add(1,10)"),
)


@app.activity
def add(a: int, b: int) -> int:
    return a + b


@app.orchestrator
async def main(ctx: Context, numbers: list[int]) -> list[int]:
    named = {"a": 1, "b": 10}
    return [await add(*numbers), await add(**named)]
