"""FLOW-218 Text of megabytes goes in as input, to an activity, back from it, and out as the result."""

import json

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_218")
TAGS = ("flow",)
TEXTS = ["a" * 300_000, 'é"\\\n' * 700_000]
CASES = tuple(Case(text, output=text + "!", calls=f"mark({json.dumps(text, ensure_ascii=False)})") for text in TEXTS)


@app.activity
def mark(text: str) -> str:
    return text + "!"


@app.orchestrator
async def main(ctx: Context, text: str) -> str:
    return await mark(text)
