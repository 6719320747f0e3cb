"""FLOW-185 Enum members live across awaits, compare equal and call their methods."""

from enum import Enum

from portable_faas import App, Context
from portable_faas.testing.scenario import Case


class Colour(Enum):
    RED = "r"
    BLUE = "b"

    def other(self) -> "Colour":
        return Colour.BLUE if self == Colour.RED else Colour.RED


app = App("flow_185")
TAGS = ("flow",)
CASES = (Case(Colour.BLUE, output=("RED", True), calls='flip("b")'),)


@app.activity
def flip(colour: Colour) -> Colour:
    return colour.other()


@app.orchestrator
async def main(ctx: Context, colour: Colour) -> tuple[str, bool]:
    flipped = await flip(colour)
    return flipped.name, flipped.other() == colour
