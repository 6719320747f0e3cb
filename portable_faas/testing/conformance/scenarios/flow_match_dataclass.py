"""FLOW-033 Class patterns look into the fields of a dataclass, by position and by name."""

from dataclasses import dataclass

from portable_faas import App, Context
from portable_faas.testing.scenario import Case


@dataclass
class Box:
    width: int
    height: int = 1


app = App("flow_033")
TAGS = ("flow",)
CASES = (Case(Box(3), output=6, calls="double(3)"), Case(Box(3, 4), output=4))


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, box: Box) -> int:
    match box:
        case Box(width, height=1):
            return await double(width)
    return box.height
