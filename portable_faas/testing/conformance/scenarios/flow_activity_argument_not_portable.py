"""FLOW-165 An argument that may not cross is NotPortable where the call is awaited, and the activity is not called."""

from portable_faas import App, Context
from portable_faas.errors import NotPortable
from portable_faas.testing.scenario import Case

app = App("flow_165")
TAGS = ("flow",)
CASES = (Case(3, output="16", calls="double(8)"), Case(53, output="refused 106", calls="double(53)"))


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, exponent: int) -> str:
    try:
        return f"{await double(2**exponent)}"
    except NotPortable:
        return f"refused {await double(exponent)}"
