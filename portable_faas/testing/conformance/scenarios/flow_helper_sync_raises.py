"""FLOW-079 An error of a plain function between awaits is caught and its handler may await."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_079")
TAGS = ("flow",)
CASES = (Case("12", output="24", calls="double(12)"), Case("x1", output="'x1' is no number, 2", calls="double(1)"))


@app.activity
def double(n: int) -> int:
    return n * 2


def parse(text: str) -> int:
    if not text.isdigit():
        raise ValueError(f"{text!r} is no number")
    return int(text)


@app.orchestrator
async def main(ctx: Context, text: str) -> str:
    try:
        return f"{await double(parse(text))}"
    except ValueError as e:
        return f"{e}, {await double(1)}"
