"""The handlers of Lambdas with triggers or resources: of each function, and of what of the HTTP side is no function's.

pack = function(app.functions["pack"])          pfaas_http = http(app)

What a trigger needs is loaded for it alone, and so are the SDK and the client of orchestrations.
"""

from collections.abc import Callable, Mapping
from functools import cache
from logging import INFO, getLogger
from typing import TYPE_CHECKING, Any

from portable_faas.app import Activity, App
from portable_faas.resources.acting import acting
from portable_faas.triggers.function import Function
from portable_faas.triggers.trigger import Route, Schedule
from portable_faas_aws.runtime.bucket import FUNCTION as BUCKET
from portable_faas_aws.runtime.coroutines import Coroutines
from portable_faas_aws.runtime.moment import now
from portable_faas_aws.runtime.places import own_places
from portable_faas_aws.runtime.services import AwsServices

if TYPE_CHECKING:
    from portable_faas.client import Client

Handler = Callable[[dict[str, Any], Any], Any]
Work = Callable[[Mapping[str, Any]], Any]


def function(app: App, declared: Function[..., Any]) -> Handler:
    """The handler of a function's Lambda."""
    trigger = declared.trigger
    if isinstance(trigger, Route):
        return http(app)
    services, coroutines = services_of(app), Coroutines()
    if isinstance(trigger, Schedule):
        from portable_faas_aws.runtime.ticking import Ticker

        return _handler(services, Ticker(declared, trigger, coroutines).handle)
    from portable_faas_aws.runtime.receiving import Receiver

    return _handler(services, Receiver(declared, services, coroutines).handle)


def activity(declared: Activity[..., Any]) -> Handler:
    """The handler of an activity's Lambda in an app that has resources."""
    from portable_faas_aws.runtime.entry import activity as plain

    handle, services = plain(declared), services_of(declared.app)

    def handle_with(payload: dict[str, Any], context: Any) -> Any:
        with services.inside(), acting(declared.name, declared.grants):
            return handle(payload, context)

    return handle_with


def http(app: App) -> Handler:
    """The handler of every Lambda that requests reach."""
    from portable_faas_aws.runtime.answering import Responder

    services = services_of(app)
    return _handler(services, Responder(app, services, lambda: client_of(app)).handle)


def services_of(app: App) -> AwsServices:
    """The resources of an app, as its functions find them."""
    return AwsServices(app, own_places(), BUCKET, now, lambda: client_of(app))


def _handler(services: AwsServices, work: Work) -> Handler:
    # Each request and each failed attempt is a line of the log; by itself Lambda's logger begins at warnings.
    getLogger("portable_faas").setLevel(INFO)

    def handle(event: dict[str, Any], _context: Any) -> Any:
        with services.inside():
            return work(event)

    return handle


@cache
def client_of(app: App) -> "Client":
    """The client of the app that this process belongs to."""
    from portable_faas.client import Client
    from portable_faas_aws.client.backend import AccountBackend
    from portable_faas_aws.runtime.deployed import FunctionAccount

    return Client(app, AccountBackend(app, FunctionAccount))
