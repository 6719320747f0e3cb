"""FLOW-152 `using(retry=...)` changes the policy of one call site and leaves the other calls alone."""

from portable_faas import App, Context, Retry
from portable_faas.testing.scenario import Case

app = App("flow_152")
TAGS = ("flow",)
CASES = (
    Case(1, output=1, calls="check(1)", elapsed=0),
    Case(-1, error=("ValueError", "-2 is negative"), calls="check(-1); check(-2)", elapsed=20),
)


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    try:
        await check.using(retry=Retry(attempts=3, first=10, backoff=1))(n)
    except ValueError:
        return await check(n - 1)
    return n
