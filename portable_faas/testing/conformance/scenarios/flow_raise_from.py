"""FLOW-060 `raise ... from` replaces the error by the new one, which an outer handler sees."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_060")
TAGS = ("flow",)
CASES = (
    Case(1, output="fine", calls="check(1)"),
    Case(-1, error=(f"{__name__}.Refused", "refused: -1 is negative"), calls="check(-1)"),
)


class Refused(Exception): ...


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    try:
        await check(n)
    except ValueError as e:
        raise Refused(f"refused: {e}") from e
    return "fine"
