"""FLOW-236 Activities under decorators of the program: the parameters are those of the function that was decorated."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from portable_faas import App, Context
from portable_faas.testing.scenario import Case

app = App("flow_236")
TAGS = ("flow",)
CASES = (
    Case(2, output=9.5, calls="price(2,2.5)"),
    Case(0, error=("LookupError", "price: none left"), calls="price(0,2.5)"),
)


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


@app.activity
@told
@plus(4.5)
def price(n: int, each: float = 2.5) -> float:
    if not n:
        raise ValueError("none left")
    return n * each


@app.orchestrator
async def main(ctx: Context, n: int) -> float:
    return float(await price(n, each=2.5))
