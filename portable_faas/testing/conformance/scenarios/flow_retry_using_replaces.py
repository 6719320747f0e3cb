"""FLOW-153 `using(retry=...)` replaces the policy of the declaration; without it that policy stays."""

from portable_faas import App, Context, Retry
from portable_faas.testing.scenario import Case

app = App("flow_153")
TAGS = ("flow",)
CASES = (
    Case(True, error=("OSError", "broken 1"), calls="broken(1)", elapsed=0),
    Case(False, error=("OSError", "broken 2"), calls="broken(2)", elapsed=20),
)


@app.activity(retry=Retry(attempts=3, first=10, backoff=1))
def broken(n: int) -> int:
    raise OSError(f"broken {n}")


@app.orchestrator
async def main(ctx: Context, once: bool) -> int:
    if once:
        return await broken.using(retry=Retry(attempts=1))(1)
    return await broken.using(timeout=60)(2)
