"""FLOW-024 The iterable of a loop may be awaited; it is awaited once, before the first round."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_024")
TAGS = ("flow",)
CASES = (
    Case("", output="", calls='letters("")'),
    Case("ab", output="ab", calls='letters("ab"); greet("a"); greet("b")'),
)


@app.activity
def letters(text: str) -> list[str]:
    return list(text)


@app.activity
def greet(name: str) -> str:
    return f"hello {name}"


@app.orchestrator
async def main(ctx: Context, text: str) -> str:
    result = ""
    for letter in await letters(text):
        result += (await greet(letter))[-1]
    return result
