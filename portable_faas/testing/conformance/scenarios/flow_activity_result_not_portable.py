"""FLOW-164 A result that may not cross is NotPortable for the caller, and is never tried again."""

from typing import Any

from portable_faas import App, Context, Retry
from portable_faas.errors import NotPortable
from portable_faas.testing.scenario import Case

app = App("flow_164")
TAGS = ("flow",)
CASES = (
    Case("list", output="[1]", calls='make("list")', elapsed=0),
    Case("set", output="refused", calls='make("set")', elapsed=0),
    Case("nan", output="refused", calls='make("nan")', elapsed=0),
    Case("big", output="refused", calls='make("big")', elapsed=0),
)


@app.activity(retry=Retry(attempts=3, first=60))
def make(kind: str) -> Any:
    return {"set": {1}, "nan": float("nan"), "big": 2**53, "list": [1]}[kind]


@app.orchestrator
async def main(ctx: Context, kind: str) -> str:
    try:
        return f"{await make(kind)}"
    except NotPortable:
        return "refused"
