"""FLOW-149 No wait between attempts is longer than `max_interval`."""

from datetime import timedelta

from portable_faas import App, Context, Retry
from portable_faas.testing.scenario import Case

app = App("flow_149")
TAGS = ("flow",)
CASES = (Case(1, error=("OSError", "broken 1"), calls="broken(1)", elapsed=2 + 8 + 10 + 10),)


@app.activity(retry=Retry(attempts=5, first=timedelta(seconds=2), backoff=4, max_interval=10))
def broken(n: int) -> int:
    raise OSError(f"broken {n}")


@app.orchestrator
async def main(ctx: Context, n: int) -> int:
    return await broken(n)
