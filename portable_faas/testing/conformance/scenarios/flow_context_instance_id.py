"""FLOW-140 `ctx.instance_id` is a non-empty text of the allowed letters, the same before and after an await."""

import re

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_140")
TAGS = ("flow",)
CASES = (Case(1, output=[True, True], calls="double(1)"),)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, n: int) -> list[bool]:
    before = ctx.instance_id
    await double(n)
    return [before == ctx.instance_id, bool(re.fullmatch("[A-Za-z0-9_-]{1,64}", before))]
