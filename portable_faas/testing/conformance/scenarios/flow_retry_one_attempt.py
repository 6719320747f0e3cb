"""FLOW-150 A policy of one attempt raises the failure after the first try, without a wait."""

from portable_faas import App, Context, Retry
from portable_faas.testing.scenario import Case

app = App("flow_150")
TAGS = ("flow",)
CASES = (Case(-1, error=("LookupError", "no -1"), calls="strict(-1)", elapsed=0),)


@app.activity(retry=Retry(attempts=1, first=60))
def strict(n: int) -> int:
    raise LookupError(f"no {n}")


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    return await strict(n)
