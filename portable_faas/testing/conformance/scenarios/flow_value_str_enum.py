"""FLOW-204 A StrEnum crosses, equals its text and is a key of a dict."""

from enum import StrEnum

from portable_faas import App, Context
from portable_faas.testing.scenario import Case


class Size(StrEnum):
    SMALL = "s"
    LARGE = "l"


app = App("flow_204")
TAGS = ("flow",)
CASES = (Case(Size.SMALL, output=["l", "LARGE", "l1", "True"], calls='next_size("s")'),)


@app.activity
def next_size(size: Size) -> Size:
    return Size.LARGE


@app.orchestrator
async def main(ctx: Context, size: Size) -> list[str]:
    new = await next_size(size)
    prices = {Size.SMALL: 1, Size.LARGE: 2}
    return [new.value, new.name, f"{new}{prices[new] - prices[size]}", str(new == "l")]
