"""FLOW-193 Text crosses unchanged: empty, accents, emoji, quotes, control characters, lines."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_193")
TAGS = ("flow",)
CASES = (
    Case("", output=("", 0), calls='echo("")'),
    Case("é ß 你好 👩‍🚀", output=("é ß 你好 👩‍🚀", 10), calls='echo("é ß 你好 👩‍🚀")'),
    Case('"a"\\b', output=('"a"\\b', 5), calls='echo("\\"a\\"\\\\b")'),
    Case("a\nb\t\x00\x7f", output=("a\nb\t\x00\x7f", 6), calls='echo("a\\nb\\t\\u0000\x7f")'),
)


@app.activity
def echo(text: str) -> str:
    return text


@app.orchestrator
async def main(ctx: Context, text: str) -> tuple[str, int]:
    return await echo(text), len(text)
