"""FLOW-055 A caught error keeps its args; `str` of one, several and no args is Python's."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_055")
TAGS = ("flow",)
CASES = (
    Case(0, output=("", 0), calls="fail(0)"),
    Case(1, output=("a", 1), calls="fail(1)"),
    Case(3, output=("('a', 1, None)", 3), calls="fail(3)"),
)


@app.activity
def fail(count: int) -> None:
    raise ValueError(*["a", 1, None][:count])


@app.orchestrator
async def main(ctx: Context, count: int) -> tuple[str, int]:
    try:
        await fail(count)
    except ValueError as e:
        return str(e), len(e.args)
    return "", -1
