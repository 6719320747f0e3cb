"""Registers an app's activities and orchestrators with the decorators of the v2 programming model.

    function_app(App("orders"))   ->  DFApp with an activityTrigger "charge" and an orchestrationTrigger "fulfil"

A ``function_app.py`` needs nothing else: the worker finds the app object and indexes what is registered on it.
"""

from collections.abc import Callable, Generator
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from portable_faas.app import App, Orchestrator
from portable_faas.history import Event
from portable_faas_azure.runtime import sdk
from portable_faas_azure.runtime.activity import runner
from portable_faas_azure.runtime.df1 import Df1
from portable_faas_azure.runtime.driver import Driver
from portable_faas_azure.runtime.scheduler import orchestrate

Generated = Callable[[df.DurableOrchestrationContext], Generator[object, object, str]]


def function_app(app: App) -> func.FunctionApp:
    """Everything ``app`` declares, as one Function App."""
    sdk.cure()
    functions = df.DFApp()
    for activity in app.activities.values():
        functions.activity_trigger(input_name="payload")(runner(activity))
    for orchestrator in app.orchestrators.values():
        functions.orchestration_trigger(context_name="context")(generated(app, orchestrator))
    registered: func.FunctionApp = functions
    return registered


def generated(
    app: App, orchestrator: Orchestrator[Any, Any], record: Callable[[Event], None] | None = None
) -> Generated:
    """The generator function that the SDK drives; ``record`` hears the neutral events of the replay."""

    def generator(context: df.DurableOrchestrationContext) -> Generator[object, object, str]:
        driver: Driver = Df1(context)
        return (yield from orchestrate(driver, orchestrator, f"portable_faas.{app.name}.{orchestrator.name}", record))

    generator.__name__ = orchestrator.name
    return generator
