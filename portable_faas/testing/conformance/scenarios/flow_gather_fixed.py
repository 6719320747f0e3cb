"""FLOW-098 A gather of written-out calls gives their results in the order of the arguments."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_098")
TAGS = ("flow",)
CASES = (Case(4, output="hello bob 8", calls=("double(4)", 'greet("bob")')),)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.activity
def greet(name: str) -> str:
    return f"hello {name}"


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    number, text = await ctx.gather(double(n), greet("bob"))
    return f"{text} {number}"
