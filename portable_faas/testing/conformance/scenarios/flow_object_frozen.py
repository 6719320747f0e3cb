"""FLOW-183 A frozen dataclass crosses, compares by value and is replaced field by field."""

from dataclasses import dataclass, replace

from portable_faas import App, Context
from portable_faas.testing.scenario import Case


@dataclass(frozen=True)
class Point:
    x: int
    y: int = 0


app = App("flow_183")
TAGS = ("flow",)
CASES = (Case(Point(4), output=(Point(1, 4), True), calls='mirror({"x":4,"y":0})'),)


@app.activity
def mirror(point: Point) -> Point:
    return Point(point.y, point.x)


@app.orchestrator
async def main(ctx: Context, point: Point) -> tuple[Point, bool]:
    mirrored = await mirror(point)
    return replace(mirrored, x=mirrored.x + 1), mirrored == Point(0, 4)
