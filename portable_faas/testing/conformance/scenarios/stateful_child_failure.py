"""STATEFUL-029 The failure of a sub-orchestration raises the same exception type."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("stateful_029")
TAGS = ("stateful",)
CASES = (Case(output="Declined: no funds 7"),)


class Declined(Exception):
    def __init__(self, reason: str, code: int) -> None:
        super().__init__(reason)
        self.code = code


@app.orchestrator
async def child(ctx: Context) -> None:
    await ctx.sleep(1)
    raise Declined("no funds", 7)


@app.orchestrator
async def main(ctx: Context) -> str:
    try:
        await child()
    except Declined as error:
        return f"{type(error).__name__}: {error} {error.code}"
    return "no"
