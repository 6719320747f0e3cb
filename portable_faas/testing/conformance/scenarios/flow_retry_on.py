"""FLOW-146 Only errors that `on` names are tried again, by class or base class; others are raised at once."""

from portable_faas import App, Context, Retry
from portable_faas.testing.scenario import Case

app = App("flow_146")
TAGS = ("flow",)
CASES = (
    Case("key", error=("KeyError", "'key'"), calls='broken("key")', elapsed=10),
    Case("time", error=("TimeoutError", "time"), calls='broken("time")', elapsed=10),
    Case("value", error=("ValueError", "value"), calls='broken("value")', elapsed=0),
)


@app.activity(retry=Retry(attempts=3, first=5, backoff=1, on=(LookupError, TimeoutError)))
def broken(kind: str) -> str:
    raise {"key": KeyError, "time": TimeoutError, "value": ValueError}[kind](kind)


@app.orchestrator
async def main(ctx: Context, kind: str) -> str:
    return await broken(kind)
