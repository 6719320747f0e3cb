"""Registers functions with triggers with the decorators of the v2 programming model.

@app.get("/orders/{id}")     one HTTP trigger for all routes: its handler answers what no route does the same everywhere
@app.on_message(orders)      a queue trigger              @app.schedule("0 6 * * *")     a timer trigger
@app.on_event(shipped)       a queue trigger: Event Grid delivers into a queue of the function
"""

import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import azure.durable_functions as df
import azure.functions as func

from portable_faas.app import App
from portable_faas.triggers.function import Function
from portable_faas.triggers.http.api import Api
from portable_faas.triggers.trigger import Route, Schedule
from portable_faas_azure.runtime.client import BINDING
from portable_faas_azure.runtime.functions import AzureFunctions
from portable_faas_azure.runtime.http import request_of, response_of
from portable_faas_azure.runtime.names import CONNECTION, HTTP, PREFIX, Names
from portable_faas_azure.runtime.ncrontab import expression
from portable_faas_azure.runtime.registration import registered

Running = Callable[[], AzureFunctions]


def function_app(app: App) -> func.FunctionApp:
    """Everything ``app`` declares, as one Function App."""
    found: list[AzureFunctions] = []

    def running() -> AzureFunctions:
        if not found:
            found.append(AzureFunctions(app))
        return found[0]

    functions = df.DFApp()
    add_triggers(functions, app, running)
    return registered(app, functions, lambda binding: running().inside(binding))


def has_http(app: App) -> bool:
    """Whether an app answers requests: signed URLs of objects and instances count."""
    routes = any(isinstance(function.trigger, Route) for function in app.functions.values())
    return routes or bool(app.http.mounts) or any(kind == "bucket" for kind, _ in app.resources)


def add_triggers(functions: Any, app: App, running: Running) -> None:
    """Register what ``app`` has; ``running`` gives the app in this process."""
    if has_http(app):
        _bound(functions, _answering(app, running), HTTP)(functions.route(**_everything(), trigger_arg_name="request"))
    names = Names(os.environ.get(PREFIX, ""))
    for function in app.functions.values():
        if isinstance(function.trigger, Schedule):
            when = expression(function.trigger, datetime.now(UTC))
            trigger = functions.timer_trigger(arg_name="timer", schedule=when, use_monitor=True)
            _bound(functions, _ticking(function, function.trigger, running), function.name)(trigger)
        elif not isinstance(function.trigger, Route):
            queue = names.source(function)
            trigger = functions.queue_trigger(arg_name="message", queue_name=queue, connection=CONNECTION)
            _bound(functions, _delivering(function, running), function.name)(trigger)


def _everything() -> dict[str, Any]:
    # Without methods it takes all ("Azure Functions HTTP trigger", learn.microsoft.com); so 405 is said by us, also
    # for those that nobody knows.
    return {"route": "{*path}", "auth_level": func.AuthLevel.ANONYMOUS}


def _bound(functions: Any, handler: Callable[..., Awaitable[Any]], name: str) -> Callable[[Any], None]:
    """Register ``handler`` under ``name`` with a trigger and a durable client."""
    handler.__name__ = name

    def register(trigger: Any) -> None:
        trigger(functions.generic_input_binding(arg_name="binding", type=BINDING)(handler))

    return register


def _answering(app: App, running: Running) -> Callable[..., Awaitable[Any]]:
    found: list[Api] = []

    async def answer(request: func.HttpRequest, binding: str) -> func.HttpResponse:
        invocation = running().invoked(binding)
        if not found:
            found.append(Api(app.functions.values(), app.http, invocation))
        return response_of(await found[0].answer(request_of(request)))

    return answer


def _delivering(function: Function[..., Any], running: Running) -> Callable[..., Awaitable[Any]]:
    async def deliver(message: func.QueueMessage, binding: str) -> None:
        invocation = running().invoked(binding)
        body = message.get_body().decode(errors="replace")
        await invocation.deliver(function, body, str(message.id), message.dequeue_count or 1)

    return deliver


def _ticking(function: Function[..., Any], schedule: Schedule, running: Running) -> Callable[..., Awaitable[Any]]:
    async def tick(timer: func.TimerRequest, binding: str) -> None:
        last = _moment(getattr(timer, "schedule_status", {}).get("Last"))
        await running().invoked(binding).tick(function, schedule, last)

    return tick


def _moment(text: str | None) -> int | None:
    """When the host says that the timer ticked before; a timer that never did has the first year there is."""
    if text is None or text.startswith("0001-"):
        return None
    found = datetime.fromisoformat(text)
    return round((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)
