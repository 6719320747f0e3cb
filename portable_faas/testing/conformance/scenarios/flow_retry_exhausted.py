"""FLOW-145 When its attempts are used up, the error of the last attempt is raised after the waits between them."""

from portable_faas import App, Context, Retry
from portable_faas.testing.scenario import Case

app = App("flow_145")
TAGS = ("flow",)
CASES = (
    Case(1, output="broken 1", calls="broken(1)", elapsed=7),
    Case(6, error=("OSError", "broken 6"), calls="broken(6)", elapsed=7),
)


@app.activity(retry=Retry(attempts=4, first=1, backoff=2))
def broken(n: int) -> int:
    raise OSError(f"broken {n}")


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    if n > 5:
        await broken(n)
    try:
        return str(await broken(n))
    except OSError as e:
        return str(e)
