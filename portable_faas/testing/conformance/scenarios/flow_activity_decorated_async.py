"""FLOW-238 Coroutine functions under decorators are activities too, and check what they are given as any other."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_238")
TAGS = ("flow",)
TOLD = "amount: a str may not cross as float; nothing is coerced, so convert it or declare str"
CASES = (
    Case(2, output="2.5 EUR", calls='label(2.5,"EUR")'),
    Case(-1, error=("portable_faas.errors.NotPortable", TOLD)),
)


def awaited(function: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator of coroutine functions."""

    @wraps(function)
    async def inner(*args: Any, **kwargs: Any) -> Any:
        return (await function(*args, **kwargs)).strip()

    return inner


@app.activity
@awaited
async def label(amount: float, *, currency: str) -> str:
    return f" {amount} {currency} "


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    return str(await label("much" if n < 0 else n + 0.5, currency="EUR"))
