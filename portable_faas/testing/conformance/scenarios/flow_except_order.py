"""FLOW-048 The first handler that matches wins, although a later one would match too."""

import builtins

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_048")
TAGS = ("flow",)
CASES = (
    Case("KeyError", output="key", calls='fail("KeyError")'),
    Case("IndexError", output="lookup", calls='fail("IndexError")'),
)


@app.activity
def fail(kind: str) -> str:
    raise getattr(builtins, kind)("no")


@app.orchestrator
async def main(ctx: Context, kind: str) -> str:
    try:
        return await fail(kind)
    except KeyError:
        return "key"
    except LookupError:
        return "lookup"
    except Exception:
        return "any"
