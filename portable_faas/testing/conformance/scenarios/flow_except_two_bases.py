"""FLOW-053 An exception with two bases is caught by a handler of either, whichever comes first."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_053")
TAGS = ("flow",)
CASES = (Case("a", output="a a2", calls='take("a"); take("a2")'),)


class Busy(TimeoutError, LookupError): ...


@app.activity
def take(item: str) -> str:
    raise Busy(item)


@app.orchestrator
async def main(ctx: Context, item: str) -> str:
    try:
        return await take(item)
    except LookupError as e:
        text = str(e)
    try:
        return await take(text + "2")
    except OSError as e:
        return f"{text} {e}"
