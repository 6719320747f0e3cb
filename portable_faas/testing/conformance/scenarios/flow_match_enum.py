"""FLOW-186 A match on an enum member takes the case of that member."""

from enum import Enum

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

Colour = Enum("Colour", {"RED": "r", "BLUE": "b", "GREEN": "g"})

app = App("flow_186")
TAGS = ("flow",)
CASES = (Case(Colour.RED, output="hello RED", calls='greet("RED")'), Case(Colour.BLUE, output="blue"))


@app.activity
def greet(name: str) -> str:
    return f"hello {name}"


@app.orchestrator
async def main(ctx: Context, colour: Colour) -> str:
    match colour:
        case Colour.RED | Colour.GREEN:
            return await greet(colour.name)
        case _:
            return "blue"
