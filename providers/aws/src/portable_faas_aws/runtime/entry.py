"""The handlers of an app's Lambdas, one for each activity and orchestrator.

    globals().update(handlers("shop.app:app", ["pfaas_steps.shop_app"]))        # pfaas_entry.charge, pfaas_entry.fulfil
"""

from collections.abc import Callable, Iterable
from typing import Any

from portable_faas.app import App
from portable_faas.stepping import Flows
from portable_faas_aws.runtime.step import Code, run

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def handlers(app: str, steps: Iterable[str]) -> dict[str, Handler]:
    """A handler by the name of every function of ``app`` (``module:name``); ``steps`` are the generated modules."""
    return of_code(Code(_app(app), Flows(vars(_module(name)) for name in steps)))


def of_code(code: Code) -> dict[str, Handler]:
    """The handlers of an app that is loaded."""
    return {name: _handler(code, name) for name in (*code.app.activities, *code.app.orchestrators)}


def _handler(code: Code, name: str) -> Handler:
    def handle(payload: dict[str, Any], _context: Any) -> dict[str, Any]:
        return run(code, name, payload)

    return handle


def _app(path: str) -> App:
    module, _, name = path.partition(":")
    found: Any = _module(module)
    for part in name.split("."):
        found = getattr(found, part)
    assert isinstance(found, App)
    return found


def _module(name: str) -> Any:
    import sys

    __import__(name)
    return sys.modules[name]
