"""FLOW-049 `except Exception` catches what the handlers before it leave, also in an else-less chain."""

import builtins

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_049")
TAGS = ("flow",)
CASES = (
    Case("OSError", output="any OSError", calls='fail("OSError")'),
    Case("IndexError", output="lookup", calls='fail("IndexError")'),
)


@app.activity
def fail(kind: str) -> str:
    raise getattr(builtins, kind)("no")


@app.orchestrator
async def main(ctx: Context, kind: str) -> str:
    try:
        return await fail(kind)
    except LookupError:
        return "lookup"
    except Exception as e:
        return f"any {type(e).__name__}"
