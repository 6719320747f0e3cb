"""FLOW-147 An error that `never` names is not tried again, although `on` covers it."""

from portable_faas import App, Context, Retry
from portable_faas.testing.scenario import Case

app = App("flow_147")
TAGS = ("flow",)
CASES = (
    Case("key", error=("KeyError", "'key'"), calls='broken("key")', elapsed=0),
    Case("value", error=("ValueError", "value"), calls='broken("value")', elapsed=8),
)


@app.activity(retry=Retry(attempts=3, first=2, backoff=3, never=(LookupError,)))
def broken(kind: str) -> str:
    raise {"key": KeyError, "value": ValueError}[kind](kind)


@app.orchestrator
async def main(ctx: Context, kind: str) -> str:
    return await broken(kind)
