"""FLOW-044 Nested finally blocks run from the inside out, each before the error goes on."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_044")
TAGS = ("flow",)
CASES = (
    Case(False, output=8, calls="double(1); double(2); double(3); double(4)"),
    Case(True, error=("LookupError", "lost"), calls="double(2); double(3)"),
)


@app.activity
def double(n: int) -> int:
    return n * 2


@app.orchestrator
async def main(ctx: Context, fails: bool) -> int:
    try:
        try:
            if fails:
                raise LookupError("lost")
            await double(1)
        finally:
            await double(2)
    finally:
        await double(3)
    return await double(4)
