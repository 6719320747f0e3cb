"""FLOW-051 A tuple of classes catches each of them and nothing else."""

import builtins

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_051")
TAGS = ("flow",)
CASES = (
    Case("KeyError", output="caught KeyError", calls='fail("KeyError")'),
    Case("TypeError", output="caught TypeError", calls='fail("TypeError")'),
    Case("IndexError", error=("IndexError", "no"), calls='fail("IndexError")'),
)


@app.activity
def fail(kind: str) -> str:
    raise getattr(builtins, kind)("no")


@app.orchestrator
async def main(ctx: Context, kind: str) -> str:
    try:
        return await fail(kind)
    except (KeyError, TypeError) as e:
        return f"caught {type(e).__name__}"
