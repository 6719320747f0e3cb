"""FLOW-057 An exception whose `__str__` uses its attributes reads the same after it crossed."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_057")
TAGS = ("flow",)
CASES = (Case(3, output="3 missing!", calls="pay(3)"),)


class Short(Exception):
    def __init__(self, missing: int) -> None:
        self.missing = missing

    def __str__(self) -> str:
        return f"{self.missing} missing"


@app.activity
def pay(amount: int) -> int:
    raise Short(amount)


@app.orchestrator
async def main(ctx: Context, amount: int) -> str:
    try:
        return str(await pay(amount))
    except Short as e:
        return f"{e}!"
