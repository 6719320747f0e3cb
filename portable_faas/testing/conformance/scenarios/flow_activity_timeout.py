"""FLOW-156 An activity that takes longer than its time-out raises TimeoutError, which can be caught."""

import time

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_156")
TAGS = ("flow",)
CASES = (Case(0.0, output="in time", calls="slow(0.0)"), Case(1.6, output="too late", calls="slow(1.6)"))


@app.activity(timeout=1)
def slow(seconds: float) -> str:
    time.sleep(seconds)
    return "in time"


@app.orchestrator
async def main(ctx: Context, seconds: float) -> str:
    try:
        return await slow(seconds)
    except TimeoutError:
        return "too late"
