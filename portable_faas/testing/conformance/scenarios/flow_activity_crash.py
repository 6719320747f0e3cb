"""FLOW-162 An activity that ends its process raises ActivityCrashed, which names it and can be caught."""

import sys

from portable_faas import App, Context
from portable_faas.errors import ActivityCrashed
from portable_faas.testing.scenario import Case

app = App("flow_162")
TAGS = ("flow",)
CASES = (Case(0, output="stayed 0", calls="leave(0)"), Case(3, output="crashed leave", calls="leave(3)"))


@app.activity
def leave(code: int) -> int:
    if code:
        sys.exit(code)
    return code


@app.orchestrator
async def main(ctx: Context, code: int) -> str:
    try:
        return f"stayed {await leave(code)}"
    except ActivityCrashed as e:
        return f"crashed {e.activity}"
