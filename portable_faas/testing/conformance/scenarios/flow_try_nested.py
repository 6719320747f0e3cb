"""FLOW-042 An inner handler catches its own kind; another kind passes to the outer one, or leaves."""

import builtins

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_042")
TAGS = ("flow",)
CASES = (
    Case("KeyError", output="inner", calls='fail("KeyError")'),
    Case("ValueError", output="outer", calls='fail("ValueError")'),
    Case("OSError", error=("OSError", "no"), calls='fail("OSError")'),
)


@app.activity
def fail(kind: str) -> str:
    raise getattr(builtins, kind)("no")


@app.orchestrator
async def main(ctx: Context, kind: str) -> str:
    try:
        try:
            return await fail(kind)
        except KeyError:
            return "inner"
    except ValueError:
        return "outer"
