"""FLOW-121 `ctx.map` runs a helper on every item, with the context first."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_121")
TAGS = ("flow",)
CASES = (
    Case([], output=[]),
    Case(
        ["a", "b"],
        output=["hello a, hello A", "hello b, hello B"],
        calls=('greet("a"); greet("A")', 'greet("b"); greet("B")'),
    ),
)


@app.activity
def greet(name: str) -> str:
    return f"hello {name}"


async def twice(ctx: Context, name: str) -> str:
    first = await greet(name)
    return f"{first}, {await greet(name.upper())}"


@app.orchestrator
async def main(ctx: Context, names: list[str]) -> list[str]:
    return await ctx.map(twice, names)
