"""FLOW-205 A Literal crosses as its value, texts and numbers mixed."""

from typing import Literal

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_205")
TAGS = ("flow",)
CASES = (
    Case("slow", output=["slow", "fast"], calls='faster("slow")'),
    Case("fast", output=["fast", 3], calls='faster("fast")'),
    Case(3, output=[3, "fast"], calls="faster(3)"),
)

Speed = Literal["slow", "fast", 3]


@app.activity
def faster(speed: Speed) -> Speed:
    return 3 if speed == "fast" else "fast"


@app.orchestrator
async def main(ctx: Context, speed: Speed) -> list[Speed]:
    new = await faster(speed)
    return [speed, new]
