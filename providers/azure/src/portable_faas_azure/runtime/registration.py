"""Registers an app's activities, orchestrators and entities with the decorators of the v2 programming model.

    function_app(App("orders"))   ->  DFApp with an activityTrigger "charge" and an orchestrationTrigger "fulfil"

A ``function_app.py`` needs nothing else: the worker finds the app object and indexes what is registered on it.
"""

from collections.abc import Callable, Generator
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from portable_faas.app import Activity, App, Orchestrator
from portable_faas.history import Event
from portable_faas_azure.runtime.activity import Around, runner
from portable_faas_azure.runtime.client import BINDING
from portable_faas_azure.runtime.driver import Driver
from portable_faas_azure.runtime.line import LINE
from portable_faas_azure.runtime.scheduler import orchestrate


def function_app(app: App) -> func.FunctionApp:
    """Everything that an ``app`` of orchestrations declares, as one Function App."""
    return registered(app, df.DFApp(), None)


def registered(app: App, functions: Any, around: Around | None) -> func.FunctionApp:
    """``functions`` with all but the functions with triggers; ``around`` is what activities run inside of."""
    LINE.prepare()
    for activity in app.activities.values():
        _add_activity(functions, activity, around)
    for orchestrator in app.orchestrators.values():
        functions.orchestration_trigger(context_name="context")(generated(app, orchestrator))
    if app.orchestrators:
        LINE.add_requests(functions)
    if app.retention is not None:
        LINE.add_retention(functions, app.retention)
    for declared in app.entities.values():
        functions.entity_trigger(context_name="context")(LINE.entity(declared))
    complete: func.FunctionApp = functions
    return complete


def _add_activity(functions: Any, activity: Activity[..., Any], around: Around | None) -> None:
    run = runner(activity, around)
    if around is not None:
        run = functions.generic_input_binding(arg_name="binding", type=BINDING)(run)
    functions.activity_trigger(input_name="payload")(run)


def generated(
    app: App, orchestrator: Orchestrator[Any, Any], record: Callable[[Event], None] | None = None
) -> Callable[..., Generator[object, object, str | None]]:
    """The generator function that the SDK drives; ``record`` hears the neutral events of the replay."""
    logger = f"portable_faas.{app.name}.{orchestrator.name}"

    def run(driver: Driver) -> Generator[object, object, str | None]:
        return orchestrate(driver, orchestrator, logger, app.version, record)

    generator: Callable[..., Generator[object, object, str | None]] = LINE.adapted(run)
    generator.__name__ = orchestrator.name
    return generator
