"""FLOW-054 A handler of a subclass does not catch its base class."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_054")
TAGS = ("flow",)
CASES = (Case(1, output="empty", calls="pay(1)"), Case(10, error=(f"{__name__}.Declined", "closed"), calls="pay(10)"))


class Declined(Exception): ...


class NoFunds(Declined): ...


@app.activity
def pay(amount: int) -> int:
    raise Declined("closed") if amount > 9 else NoFunds("empty")


@app.orchestrator
async def main(ctx: Context, amount: int) -> str:
    try:
        return str(await pay(amount))
    except NoFunds as e:
        return str(e)
