"""FLOW-192 None and the two booleans cross and stay themselves."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_192")
TAGS = ("flow",)
CASES = (
    Case(True, output=[True, False, True, None], calls="echo(true,null)"),
    Case(False, output=[False, True, False, None], calls="echo(false,null)"),
)


@app.activity
def echo(flag: bool, nothing: None) -> bool:
    return flag


@app.orchestrator
async def main(ctx: Context, flag: bool) -> list[bool | None]:
    kept = await echo(flag, None)
    return [kept, not kept, kept == True, None]  # noqa: E712 - True and not only true
