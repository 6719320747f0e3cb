"""What calls the functions of an app: an HTTP API, queues, rules of events before queues, schedules, streams.

A new kind of trigger is one component, and a case here.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, final

import pulumi

from portable_faas.manifest import Function as Declared
from portable_faas.manifest import Part
from portable_faas_infra.aws.api import Api
from portable_faas_infra.aws.function import Function
from portable_faas_infra.aws.kinds import Resource
from portable_faas_infra.aws.polled import polled
from portable_faas_infra.aws.queue import Queue, closed, dead_letters, queue_name
from portable_faas_infra.aws.rule import Rule
from portable_faas_infra.aws.schedule import Schedule
from portable_faas_infra.aws.streamed import streamed
from portable_faas_infra.aws.table import Table
from portable_faas_infra.deployment import Deployment

HTTP: Final = "http"
SCHEDULE: Final = "schedule"
STREAM: Final = "stream"
RULED: Final = ("event", "blob", "status")  # they come through a rule and a queue of the function
QUEUED: Final = ("message", *RULED)
TRIGGERS: Final = (HTTP, SCHEDULE, STREAM, *QUEUED)


def missed(function: Declared, deployment: Deployment, opts: pulumi.ResourceOptions) -> Any:
    """The queue of failed calls of a function that is called by schedules or streams; None for others."""
    if not any(trigger["kind"] in (SCHEDULE, STREAM) for trigger in function.triggers):
        return None
    name = queue_name(deployment, f"{function.name}-missed")
    queue = dead_letters(name, deployment, opts)
    closed(name, queue, opts)
    return queue


@final
class Triggers:
    """Those of an app. ``url`` is its address, None without HTTP."""

    def __init__(
        self,
        deployment: Deployment,
        functions: Mapping[str, Function],
        resources: Mapping[str, Resource],
        missed: Mapping[str, Any],
        values: Mapping[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions,
    ) -> None:
        self._deployment = deployment
        self._functions = functions
        self._tables = {name: one for name, one in resources.items() if isinstance(one, Table)}
        self._queues = {name: one for name, one in resources.items() if isinstance(one, Queue)}
        self._missed = missed
        self._values = values
        self._opts = opts
        for declared, trigger in _each(deployment.manifest.functions):
            self._called(declared.name, trigger)
        fed = {f"queue:{part['queue']}" for _, part in _each(deployment.manifest.functions) if part["kind"] in RULED}
        for name, queue in self._queues.items():
            if name not in fed:
                queue.opened()
        self.url = self._api()

    def _called(self, name: str, trigger: Part) -> None:
        deployment, function, opts = self._deployment, self._functions[name], self._opts
        if trigger["kind"] == SCHEDULE:
            Schedule(name, trigger, deployment, function, self._missed[name], opts)
        if trigger["kind"] == STREAM:
            table = self._tables[f"table:{trigger['table']}"]
            streamed(name, trigger, deployment, function, table, self._missed[name], opts)
        if trigger["kind"] in QUEUED:
            queue = self._queues[f"queue:{trigger['queue']}"]
            polled(name, trigger, deployment, function, queue, opts)
            if trigger["kind"] in RULED:
                Rule(name, trigger, deployment, queue, self._values, opts)

    def _api(self) -> pulumi.Output[str] | None:
        routed = [
            (declared.name, self._functions[declared.name], found)
            for declared in self._deployment.manifest.functions
            if (found := [one for one in declared.triggers if one["kind"] == HTTP])
        ]
        return Api(self._deployment, routed, self._opts).url if routed else None


def _each(functions: Iterable[Declared]) -> Iterator[tuple[Declared, Part]]:
    return ((function, trigger) for function in functions for trigger in function.triggers)
