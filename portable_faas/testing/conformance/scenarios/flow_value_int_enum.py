"""FLOW-203 An enum of numbers crosses by its value and comes back as a member."""

from enum import IntEnum

from portable_faas import App, Context
from portable_faas.testing.scenario import Case


class Level(IntEnum):
    LOW = 1
    HIGH = 10


app = App("flow_203")
TAGS = ("flow",)
CASES = (Case(Level.LOW, output=(Level.HIGH, 9), calls="raised(1)"),)


@app.activity
def raised(level: Level) -> Level:
    return Level.HIGH


@app.orchestrator
async def main(ctx: Context, level: Level) -> tuple[Level, int]:
    new = await raised(level)
    return new, new - level
