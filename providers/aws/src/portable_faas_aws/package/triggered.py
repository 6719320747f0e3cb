"""What the manifest says of functions with triggers on AWS: their Lambdas, the queues before them, what they may touch.

on_event(shipped) def express(...)
->  Function("express", "event", triggers=({"kind": "event", "topic": "shipped", "queue": "function.express", ...},))
    {"kind": "queue", "name": "function.express", "attempts": 5, "retry_after": 30.0, "dead": "function.express.dead"}
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from portable_faas.app import App
from portable_faas.manifest import Function, Part
from portable_faas.resources import Grant
from portable_faas.triggers.function import Function as Declared
from portable_faas.triggers.receiving import policy_of
from portable_faas.triggers.trigger import OnBlob, OnEvent, OnMessage, Route, Schedule
from portable_faas_aws.package.expressions import expressions
from portable_faas_aws.package.handlers import HTTP, MODULE
from portable_faas_aws.package.patterns import blob_pattern, event_pattern
from portable_faas_aws.runtime.places import DEAD
from portable_faas_aws.runtime.receiving import queue_of

ORCHESTRATOR: Final = "orchestrator"  # the kind of a grant
VALUES: Final = "values"  # the bucket of ours
ANSWERED: Final = 29  # seconds; an HTTP API waits 30 (Amazon API Gateway quotas)
LONGEST: Final = 900
HIDDEN: Final = LONGEST + 60  # seconds after which a message shows again whose function has not answered
SLACK: Final = 10  # receptions that are no attempts: a message may be put off
REST: Final = {"kind": "http", "method": "ANY", "path": "$default", "auth": "anonymous"}
ROWS: Final = {"kind": "table", "name": "instances", "may": ["get", "put", "update"]}
TEXTS: Final = {"kind": "bucket", "name": VALUES, "prefix": "values/", "may": ["get", "put"]}


def has_http(app: App) -> bool:
    """Whether requests reach the app."""
    return bool(app.http.mounts) or any(isinstance(each.trigger, Route) for each in app.functions.values())


def functions(app: App, package: str, environment: Mapping[str, str]) -> list[Function]:
    """A Lambda for each function, and one for what of the HTTP side is none's."""
    found = [_function(app, name, each, package, environment) for name, each in sorted(app.functions.items())]
    if has_http(app):
        may = (*permitted(app, secret_grants(app)), *_machines(app, ["describe"]))  # it tells how instances stand
        rest = Function(HTTP, "http", f"{MODULE}.{HTTP}", package, None, ANSWERED, environment, (REST,))
        texts = (TEXTS,) if app.orchestrators else ()  # their results may be large
        found.append(rest._replace(permissions=(*may, *texts, ROWS)))  # it signs the URLs at which it tells that
    return found


def _function(
    app: App, name: str, declared: Declared[..., Any], package: str, environment: Mapping[str, str]
) -> Function:
    trigger = declared.trigger
    timeout = ANSWERED if isinstance(trigger, Route) else LONGEST
    is_locked = isinstance(trigger, Route) and trigger.auth == "key"
    grants = declared.grants | (secret_grants(app) if is_locked else frozenset())
    triggers, own = _trigger(name, declared)
    permissions = (*permitted(app, grants), *own, *_ours(app, declared))
    return Function(name, trigger.kind, f"{MODULE}.{name}", package, None, timeout, environment, triggers, permissions)


def _ours(app: App, declared: Declared[..., Any]) -> Iterator[Part]:
    """What it needs of the bucket that holds large texts, and of the table of instances, keys and counted requests."""
    kinds, trigger = {grant.kind for grant in declared.grants}, declared.trigger
    starts = ORCHESTRATOR in kinds
    if starts or "queue" in kinds or isinstance(trigger, OnMessage | OnEvent):
        yield TEXTS
    if starts or _is_counted(app, trigger) or (isinstance(trigger, OnMessage) and trigger.idempotent_by is not None):
        yield ROWS


def _is_counted(app: App, trigger: object) -> bool:
    """Whether the requests of a route are."""
    if not isinstance(trigger, Route) or trigger.auth == "anonymous":
        return False
    if trigger.auth == "jwt":
        return app.http.jwt is not None and app.http.jwt.rate is not None
    return any(client.rate or client.quota for client in app.http.clients.values())


def _trigger(name: str, declared: Declared[..., Any]) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """The triggers, and what the Lambda may do because of it."""
    trigger = declared.trigger
    if isinstance(trigger, Route):
        head = [trigger._replace(method="HEAD").part()] if trigger.method == "GET" else []
        return (trigger.part(), *head), ()
    if isinstance(trigger, Schedule):
        found = expressions(trigger)
        return ({**trigger.part(), "timezone": trigger.timezone, "expressions": list(found)},), ()
    queue = queue_of(declared)
    own = {"kind": "queue", "name": queue, "may": ["bury", "receive"]}
    more: dict[str, Any] = {"queue": queue}
    if isinstance(trigger, OnEvent):
        more["pattern"] = event_pattern(trigger)
    elif isinstance(trigger, OnBlob):
        more["pattern"] = blob_pattern(trigger, f"${{bucket:{trigger.bucket.name}}}")
    return ({**trigger.part(), **more},), (own,)


def resources(app: App) -> list[Part]:
    """The app's own resources, each queue with the one for its dead letters, and the queues before functions."""
    own = [resource.part() for _, resource in sorted(app.resources.items())]
    before = [each for _, each in sorted(app.functions.items()) if isinstance(each.trigger, OnEvent | OnBlob)]
    found = [*own, *(_queue(each) for each in before)]
    watched = {each.trigger.bucket.name for each in app.functions.values() if isinstance(each.trigger, OnBlob)}
    return [_completed(part, watched) for part in found]


def _queue(declared: Declared[..., Any]) -> Part:
    policy = policy_of(declared)
    found = {"attempts": policy.attempts, "retry_after": policy.retry / 1000}
    return {"kind": "queue", "name": queue_of(declared), **found}


def _completed(part: Part, watched: set[str]) -> Part:
    if part["kind"] == "queue":
        return {**part, "dead": part["name"] + DEAD, "receives": part["attempts"] + SLACK, "hidden": HIDDEN}
    return {**part, "events": part["name"] in watched} if part["kind"] == "bucket" else part


def references(app: App) -> dict[str, str]:
    """What the variable of the resources holds, to be filled in by the deployer."""
    parts = [part for part in resources(app) if part["kind"] != "setting"]
    names = [f"{part['kind']}:{part['name']}" for part in parts]
    names += [f"queue:{part['dead']}" for part in parts if part["kind"] == "queue"]
    return {name: f"${{{name}}}" for name in sorted(names)}


def secret_grants(app: App) -> frozenset[Grant]:
    """What recognising clients needs."""
    return frozenset(Grant("secret", each.key.name, "read") for each in app.http.clients.values())


def activity_permissions(app: App, name: str) -> tuple[Part, ...]:
    """What an activity may touch."""
    return permitted(app, app.activities[name].grants)


def permitted(app: App, grants: Iterable[Grant]) -> tuple[Part, ...]:
    """Grants in the form of the manifest's permissions.

    Who starts an orchestrator looks first whether the id is that of an instance, of whatever orchestrator, and starts
    one whose starter has died.
    """
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    listed = sorted(grants)
    for grant in listed:
        if grant.kind != ORCHESTRATOR:
            found[grant.kind, grant.name].add(grant.operation)
            if (grant.kind, grant.operation) == ("bucket", "list"):
                found[grant.kind, grant.name].add("get")  # S3 tells the type of an object only to who may read it
    parts = ({"kind": kind, "name": name, "may": sorted(may)} for (kind, name), may in sorted(found.items()))
    starts = any(grant.kind == ORCHESTRATOR for grant in listed)
    return (*parts, *(_machines(app, ["describe", "start"]) if starts else ()))


def _machines(app: App, may: list[str]) -> Iterator[Part]:
    return ({"kind": "machine", "name": name, "may": may} for name in sorted(app.orchestrators))


def is_needed(app: App) -> bool:
    """Whether the app has anything of this."""
    return bool(app.functions) or any(kind != "setting" for kind, _ in app.resources) or has_http(app)
