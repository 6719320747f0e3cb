"""FLOW-195 Finite floats cross exactly and stay floats, also when they are whole."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_195")
TAGS = ("flow",)
CASES = (
    Case(4.0, output=(2.0, "2.0 float"), calls="half(4.0)"),
    Case(0.6, output=(0.3, "0.3 float"), calls="half(0.6)"),
    Case(-2.5e-300, output=(-1.25e-300, "-1.25e-300 float"), calls="half(-2.5e-300)"),
)


@app.activity
def half(number: float) -> float:
    return number / 2


@app.orchestrator
async def main(ctx: Context, number: float) -> tuple[float, str]:
    result = await half(number)
    return result, f"{result!r} {type(result).__name__}"
