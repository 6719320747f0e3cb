"""FLOW-050 A handler of a builtin base class catches errors of its subclasses."""

import builtins

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_050")
TAGS = ("flow",)
CASES = (
    Case("ZeroDivisionError", output="ZeroDivisionError: no", calls='fail("ZeroDivisionError")'),
    Case("OverflowError", output="OverflowError: no", calls='fail("OverflowError")'),
    Case("ValueError", error=("ValueError", "no"), calls='fail("ValueError")'),
)


@app.activity
def fail(kind: str) -> str:
    raise getattr(builtins, kind)("no")


@app.orchestrator
async def main(ctx: Context, kind: str) -> str:
    try:
        return await fail(kind)
    except ArithmeticError as e:
        return f"{type(e).__name__}: {e}"
