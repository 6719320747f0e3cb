"""FLOW-028 A match on literals awaits in the case it takes, with an or-pattern and a wildcard."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_028")
TAGS = ("flow",)
CASES = (
    Case("a", output="hello letter", calls='greet("letter")'),
    Case("b", output="hello letter", calls='greet("letter")'),
    Case("stop", output="stopped"),
    Case("z", output="hello z", calls='greet("z")'),
)


@app.activity
def greet(name: str) -> str:
    return f"hello {name}"


@app.orchestrator
async def main(ctx: Context, word: str) -> str:
    match word:
        case "a" | "b":
            return await greet("letter")
        case "stop":
            return "stopped"
        case _:
            return await greet(word)
