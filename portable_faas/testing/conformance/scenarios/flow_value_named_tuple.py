"""FLOW-202 A NamedTuple crosses and is used by name, by index and by unpacking."""

from typing import NamedTuple

from portable_faas import App, Context
from portable_faas.testing.scenario import Case


class Point(NamedTuple):
    x: int
    y: int = 7


app = App("flow_202")
TAGS = ("flow",)
CASES = (Case(Point(1), output=(Point(2, 7), 9, 7), calls='moved({"x":1,"y":7})'),)


@app.activity
def moved(point: Point) -> Point:
    return point._replace(x=point.x + 1)


@app.orchestrator
async def main(ctx: Context, point: Point) -> tuple[Point, int, int]:
    new = await moved(point)
    x, _ = new
    return new, x + new[1], new.y
