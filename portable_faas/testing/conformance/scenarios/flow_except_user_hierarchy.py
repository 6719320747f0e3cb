"""FLOW-052 A user's exception is caught by its own class, by its base and by a builtin base."""

from portable_faas import App, Context
from portable_faas.testing.scenario import Case


class Declined(RuntimeError): ...


class NoFunds(Declined): ...


app = App("flow_052")
TAGS = ("flow",)
CASES = (Case(5, output="NoFunds True 5 short", calls="pay(5)"),)


@app.activity
def pay(amount: int) -> int:
    raise NoFunds(f"{amount} short")


@app.orchestrator
async def main(ctx: Context, amount: int) -> str:
    try:
        return str(await pay(amount))
    except Declined as e:
        return f"{type(e).__name__} {isinstance(e, RuntimeError)} {e}"
