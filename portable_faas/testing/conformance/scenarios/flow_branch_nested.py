"""FLOW-003 Nested ifs take the inner path of the outer path taken, and an else belongs to its own if."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_003")
TAGS = ("flow",)
CASES = (
    Case([], output="nobody"),
    Case(["ann"], output="hello ann alone", calls='greet("ann")'),
    Case(["ann", "bob"], output="hello ann and hello bob", calls='greet("ann"); greet("bob")'),
)


@app.activity
def greet(name: str) -> str:
    return f"hello {name}"


@app.orchestrator
async def main(ctx: Context, names: list[str]) -> str:
    text = "nobody"
    if names:
        text = await greet(names[0])
        if len(names) > 1:
            text += " and " + await greet(names[1])
        else:
            text += " alone"
    return text
