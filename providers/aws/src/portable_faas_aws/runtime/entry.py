"""The handlers of an app's Lambdas, one for each activity and orchestrator.

    charge = activity(app.activities["charge"])          # in the generated module that Lambda enters the package by

The functions that the compiler generated for the app lie beside it in the package, as the modules that
``pfaas_steps.MODULES`` names.
"""

from collections.abc import Callable
from typing import Any, Final

from portable_faas.app import Activity, App, Orchestrator
from portable_faas.stepping import Flows
from portable_faas_aws.runtime.outside import Code, Stores
from portable_faas_aws.runtime.step import run

STEPS: Final = "pfaas_steps"

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def activity(declared: Activity[..., Any]) -> Handler:
    """The handler of an activity's Lambda."""
    return handler(_code(declared.app), declared.name)


def orchestrator(declared: Orchestrator[Any, Any]) -> Handler:
    """The handler of an orchestrator's Lambda, which carries out its compute steps."""
    return handler(_code(declared.app), declared.name)


def handler(code: Code, name: str, stores: Stores = Stores()) -> Handler:  # noqa: B008
    """The handler of the Lambda called ``name``; what is too large for a state machine goes to its ``stores``."""

    def handle(payload: dict[str, Any], _context: Any) -> dict[str, Any]:
        return run(code, name, payload, stores)

    return handle


_loaded: dict[int, Code] = {}


def _code(app: App) -> Code:
    if id(app) not in _loaded:
        modules = _module(STEPS).MODULES
        _loaded[id(app)] = Code(app, Flows(vars(_module(name)) for name in modules))
    return _loaded[id(app)]


def _module(name: str) -> Any:
    import sys

    __import__(name)
    return sys.modules[name]
