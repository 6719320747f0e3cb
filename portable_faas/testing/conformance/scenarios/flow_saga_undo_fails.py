"""FLOW-178 An undo that fails does not keep the other undos from running."""

import builtins

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_178")
TAGS = ("flow",)
CASES = (
    Case([], output=[]),
    Case(["OSError", "KeyError"], output=["KeyError", "OSError"], calls='fail("KeyError"); fail("OSError")'),
)


@app.activity
def fail(kind: str) -> str:
    raise getattr(builtins, kind)("no")


@app.orchestrator
async def main(ctx: Context, undos: list[str]) -> list[str]:
    failed: list[str] = []
    while undos:
        try:
            await fail(undos.pop())
        except (KeyError, OSError) as e:
            failed.append(type(e).__name__)
    return failed
