"""FLOW-168 A default stands in for an input that is not given; a given input, also an empty one, wins."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_168")
TAGS = ("flow",)
CASES = (
    Case(output="hello world", calls='greet("world")'),
    Case("ann", output="hello ann", calls='greet("ann")'),
    Case("", output="hello ", calls='greet("")'),
)


@app.activity
def greet(name: str) -> str:
    return f"hello {name}"


@app.orchestrator
async def main(ctx: Context, name: str = "world") -> str:
    return await greet(name)
