"""Texts of several lines and of every script stay what they are."""

from portable_faas import App, Context

app = App("texts")


@app.activity
def send(text: str) -> str:
    return text


@app.orchestrator
async def main(ctx: Context, name: str) -> str:
    text = """Dear customer,
    \tit is "sent".
"""
    answer = await send(text)
    if answer:
        again = f"""{answer}
    {name} \u2713 \U0001f600"""
        await send(again)
    return answer
