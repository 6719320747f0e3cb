"""FLOW-066 `contextlib.suppress` ends its block at the error it names and lets others pass."""

import builtins
from contextlib import suppress

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_066")
TAGS = ("flow",)
CASES = (
    Case("KeyError", output=["before"], calls='fail("KeyError")'),
    Case("OSError", error=("OSError", "no"), calls='fail("OSError")'),
)


@app.activity
def fail(kind: str) -> str:
    raise getattr(builtins, kind)("no")


@app.orchestrator
async def main(ctx: Context, kind: str) -> list[str]:
    steps: list[str] = []
    with suppress(LookupError):
        steps.append("before")
        steps.append(await fail(kind))
    return steps
