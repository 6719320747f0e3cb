"""FLOW-236 Activities under decorators of the program: the parameters are those of the function that was decorated."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_236")
TAGS = ("flow",)
CASES = (
    Case(2, output="9.5 EUR", calls='price({"id":"desk","n":2},2.5); label(9.5,"EUR")'),
    Case(0, error=("LookupError", "price: none left"), calls='price({"id":"desk","n":0},2.5)'),
    Case(-1, error=("portable_faas.errors.NotPortable", "amount: a str may not cross as float; nothing is coerced, so "
                    "convert it or declare str")),
)  # fmt: skip


@dataclass
class Item:
    id: str
    n: int


def told(function: Callable[..., Any]) -> Callable[..., Any]:
    """Errors say where they come from."""

    @wraps(function)
    def inner(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except ValueError as error:
            raise LookupError(f"{function.__name__}: {error}") from error

    return inner


def plus(more: float) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The result is this much larger."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def inner(*args: Any, **kwargs: Any) -> Any:
            return function(*args, **kwargs) + more

        return inner

    return decorate


def awaited(function: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator of coroutine functions."""

    @wraps(function)
    async def inner(*args: Any, **kwargs: Any) -> Any:
        return (await function(*args, **kwargs)).strip()

    return inner


@app.activity
@told
@plus(4.5)
def price(item: Item, each: float = 2.5) -> float:
    if not item.n:
        raise ValueError("none left")
    return item.n * each


@app.activity
@awaited
async def label(amount: float, *, currency: str) -> str:
    return f" {amount} {currency} "


@app.orchestrator
async def main(ctx: Context, n: int) -> str:
    if n < 0:
        return str(await label("much", currency="EUR"))
    amount = await price(Item("desk", n), each=2.5)
    return str(await label(amount, currency="EUR"))
