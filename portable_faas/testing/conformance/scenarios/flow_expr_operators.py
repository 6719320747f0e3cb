"""FLOW-082 Awaits inside arithmetic and comparisons run from left to right."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_082")
TAGS = ("flow",)
CASES = (
    Case(
        1,
        output=(-22, True, False),
        calls="double(1); double(2); double(3); double(1); double(2); double(1); double(3)",
    ),
    Case(
        4,
        output=(-112, True, True),
        calls="double(4); double(5); double(6); double(4); double(5); double(4); double(3)",
    ),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> tuple[int, bool, bool]:
    value = await double(n) - await double(n + 1) * await double(n + 2)
    return value, await double(n) < await double(n + 1), await double(n) in [await double(3), 8]
