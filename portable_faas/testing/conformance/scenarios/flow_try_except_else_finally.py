"""FLOW-038 Of try, except, else and finally the parts run in Python's order on each path."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_038")
TAGS = ("flow",)
CASES = (Case(1, output="else 9", calls="check(1); check(9)"), Case(-1, output="except 9", calls="check(-1); check(9)"))


@app.activity
def check(n: int) -> int:
    if n < 0:
        raise ValueError(f"{n} is negative")
    return n


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    try:
        await check(n)
    except ValueError:
        steps = "except "
    else:
        steps = "else "
    finally:
        end = await check(9)
    return f"{steps}{end}"
