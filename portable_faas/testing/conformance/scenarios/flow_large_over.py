"""FLOW-225 A value over 16 MiB crosses nowhere: not as argument, not as result of an activity or the orchestrator."""

from portable_faas import App, Context
from portable_faas.errors import NotPortable
from portable_faas.testing.scenario import Case

app = App("flow_225")
TAGS = ("flow",)
PROBLEM = "is over 16 MiB as JSON; keep it in a bucket and pass its key"
CAUGHT = Case(17, output=f"result: {PROBLEM} / text: {PROBLEM}", calls='make(17,"")')
CASES = (CAUGHT, Case(0, error=("portable_faas.errors.NotPortable", f"result: {PROBLEM}")))


@app.activity
def make(size: int, text: str) -> str:
    return "f" * (size << 20)


@app.orchestrator
async def main(ctx: Context, size: int) -> str:
    if size == 0:
        return "g" * (17 << 20)
    try:
        return await make(size, "")
    except NotPortable as e:
        first = str(e)
    try:
        return await make(1, "h" * (size << 20))
    except NotPortable as e:
        return f"{first} / {e}"
