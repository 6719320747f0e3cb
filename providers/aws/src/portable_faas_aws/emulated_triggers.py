"""From a manifest to what the emulator holds of it: queues, rules, schedules, routes, and their names."""

import json
import os
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, final

from portable_faas.app import App
from portable_faas.manifest import Function as Declared
from portable_faas.manifest import Manifest, fill, fill_strings
from portable_faas.resources import Secret, Setting
from portable_faas_aws.emulator import Emulator
from portable_faas_aws.emulator.account import machine_arn, queue_url
from portable_faas_aws.emulator.declared import Polled, Queue, Route, Rule, Schedule, Streamed, Triggers

PREFIX: Final = "pfaas-"
OWN: Final = {"bucket:values": Emulator.bucket, "table:instances": Emulator.table}


@final
class Emulated(NamedTuple):
    """What to create, and what the emulated account calls each resource, by kind and name."""

    triggers: Triggers
    names: Mapping[str, str]


def emulated(app: App, manifest: Manifest) -> Emulated:
    """What the manifest asks for."""
    names = dict(_names(manifest))
    functions = [(function, part) for function in manifest.functions for part in function.triggers]
    return Emulated(
        Triggers(
            queues=list(_queues(manifest)),
            polled=[
                Polled(_plain(part["queue"]), one.name, part.get("batch") or 1)
                for one, part in functions
                if "queue" in part
            ],
            streamed=[
                Streamed(names[f"table:{part['table']}"], one.name, having(part["having"]))
                for one, part in functions
                if part["kind"] == "stream"
            ],
            buses=[names[f"topic:{part['name']}"] for part in manifest.resources if part["kind"] == "topic"],
            rules=[_rule(one, part, names) for one, part in functions if "pattern" in part],
            buckets={names[f"bucket:{one['name']}"]: one["events"] for one in manifest.resources if "events" in one},
            schedules=[schedule for one, part in functions for schedule in _schedules(one, part)],
            routes=[Route(_key(part), one.name) for one, part in functions if part["kind"] == "http"],
            secrets={PREFIX + name: value for name, value in secrets(app).items()},
        ),
        names,
    )


def having(attribute: str) -> dict[str, Any]:
    """The pattern of the new images of items that are marked with an attribute, which is true."""
    return {"dynamodb": {"NewImage": {attribute: {"BOOL": [True]}}}}


def variables(app: App, manifest: Manifest, names: Mapping[str, str]) -> dict[str, str]:
    """The variables that every function has: the settings of the manifest, and those of the app that are set here."""
    own = {resource.variable for resource in app.resources.values() if isinstance(resource, Setting)}
    filled = {name: fill(text, names) for name, text in manifest.settings.items()}
    return {**filled, **{name: os.environ[name] for name in sorted(own) if name in os.environ}}


def _names(manifest: Manifest) -> Iterator[tuple[str, str]]:
    for part in manifest.resources:
        reference = f"{part['kind']}:{part['name']}"
        if part["kind"] == "queue":
            yield reference, queue_url(_plain(part["name"]))
            yield f"queue:{part['dead']}", queue_url(_plain(part["dead"]))
        elif reference in OWN:
            yield reference, OWN[reference]
        else:
            yield reference, PREFIX + part["name"]
    yield "machine.prefix", machine_arn("")


def _plain(name: str) -> str:
    """The name of a queue in SQS, which knows no dots ("Amazon SQS queues", quotas)."""
    return PREFIX + name.replace(".", "_")


def _queues(manifest: Manifest) -> Iterator[Queue]:
    for part in manifest.resources:
        if part["kind"] == "queue":
            yield Queue(_plain(part["dead"]))
            yield Queue(_plain(part["name"]), part["hidden"], _plain(part["dead"]), part["receives"])


def _rule(function: Declared, part: Mapping[str, Any], names: Mapping[str, str]) -> Rule:
    bus = names[f"topic:{part['topic']}"] if part["kind"] == "event" else "default"
    pattern = json.loads(fill_strings(json.dumps(part["pattern"]), names))
    return Rule(PREFIX + function.name, bus, pattern, _plain(part["queue"]))


def _schedules(function: Declared, part: Mapping[str, Any]) -> Iterator[Schedule]:
    for number, expression in enumerate(part.get("expressions", ())):
        yield Schedule(f"{PREFIX}{function.name}-{number}", expression, part["timezone"], function.name)


def _key(part: Mapping[str, Any]) -> str:
    return "$default" if part["path"] == "$default" else f"{part['method']} {part['path']}"


def secrets(app: App) -> dict[str, str]:
    """The values of those that are set in the environment of the test."""
    found = [resource for resource in app.resources.values() if isinstance(resource, Secret)]
    return {each.name: os.environ[each.variable] for each in found if each.variable in os.environ}
