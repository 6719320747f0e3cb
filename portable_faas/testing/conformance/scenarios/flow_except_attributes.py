"""FLOW-056 Attributes set in the constructor of an exception arrive with it; the constructor is not called again."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_056")
TAGS = ("flow",)
CASES = (Case(3, output="declined 3 4 E7 1", calls="pay(3)"),)


class Declined(Exception):
    def __init__(self, amount: int, *, code: str) -> None:
        super().__init__(f"declined {amount}")
        self.amount = amount
        self.code = code


@app.activity
def pay(amount: int) -> int:
    raise Declined(amount, code="E7")


@app.orchestrator
async def main(ctx: Context, amount: int) -> str:
    try:
        return str(await pay(amount))
    except Declined as e:
        return f"{e} {e.amount + 1} {e.code} {len(e.args)}"
