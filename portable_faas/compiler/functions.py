"""PF003 for functions with triggers: a parameter that no request or message can fill, a result that no answer carries.

@app.get("/items")
def items(names: set[str]) -> ...      ->      names: list[str]
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from portable_faas.compiler.source import shown
from portable_faas.errors import Diagnostic
from portable_faas.triggers.delivery import wants_envelope
from portable_faas.triggers.function import Function
from portable_faas.triggers.http.router import endpoint
from portable_faas.triggers.trigger import Route, Schedule

if TYPE_CHECKING:
    from portable_faas.app import App


def problems(app: "App") -> Iterator[Diagnostic]:
    """Every function of ``app`` whose types do not fit its trigger."""
    for function in app.functions.values():
        try:
            _read(function)
        except TypeError as wrong:
            yield _diagnostic(function, str(wrong))


def _read(function: Function[..., Any]) -> None:
    if isinstance(function.trigger, Route):
        endpoint(function, function.trigger)
    elif not isinstance(function.trigger, Schedule):
        wants_envelope(function)


def _diagnostic(function: Function[..., Any], told: str) -> Diagnostic:
    code = function.fn.__code__
    problem, _, remedy = told.rpartition("; ")
    remedy = remedy if problem else "write a type that a request or message can carry"
    return Diagnostic(shown(code.co_filename), code.co_firstlineno, 1, "PF003", problem or told, remedy)
