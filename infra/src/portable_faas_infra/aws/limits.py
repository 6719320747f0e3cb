"""What would stop a deployment to AWS, found in the manifest and the settings alone.

Sources: "Lambda quotas", "CreateFunction", "CreateStateMachine", "CreateRole", "CreateTable", "CreateQueue",
"CreateEventBus", "CreateSchedule", "CreateSecret", "Bucket naming rules", "PutRetentionPolicy", docs.aws.amazon.com.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, final

from portable_faas.manifest import Function, Machine, Part, references, string_references
from portable_faas_infra.aws.bucket import bucket_name
from portable_faas_infra.aws.kinds import CALL, FUNCTION, KINDS, MACHINE, RUN, SETTING, reference
from portable_faas_infra.aws.place import PREFIX
from portable_faas_infra.aws.queue import queue_name
from portable_faas_infra.deployment import PLAIN, Deployment
from portable_faas_infra.variables import wrong_variables

RETENTIONS: Final = (
    *(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653),
)  # fmt: skip
UNPACKED: Final = 250 * 1024 * 1024
ENVIRONMENT: Final = 4 * 1024  # bytes of names and values
DEFINITION: Final = 1024 * 1024
ARN: Final = 170  # characters that stand in the place of a reference, at most
RANDOM: Final = 8  # characters that Pulumi adds to a name that is unique in the world


@final
class Named(NamedTuple):
    """What a service names: in words, with the longest name and the characters it may have."""

    what: str
    longest: int
    characters: str = "[A-Za-z0-9_-]+"


FUNCTIONS: Final = Named("a Lambda function", 64)
ROLES: Final = Named("an IAM role", 64)
MACHINES: Final = Named("a state machine", 80)
RESOURCES: Final = {
    "bucket": Named("a bucket", 63 - RANDOM, "[a-z0-9][a-z0-9-]+"),
    "queue": Named("a queue", 80),
    "secret": Named("a secret", 512, "[A-Za-z0-9/_+=.@-]+"),
    "table": Named("a table", 255, "[A-Za-z0-9_.-]{3,}"),
    "topic": Named("an event bus", 256, "[A-Za-z0-9/_.-]+"),
}
SCHEDULES: Final = Named("a schedule", 64, "[A-Za-z0-9_.-]+")
RULES: Final = Named("a rule", 64, "[A-Za-z0-9_.-]+")
# What a resource and a trigger of each kind have to say, besides their kind, with the type of it.
SAID: Final[Mapping[str, Mapping[str, type]]] = {
    "bucket": {"name": str},
    "queue": {"name": str, "dead": str, "hidden": int, "receives": int},
    "secret": {"name": str},
    "table": {"name": str, "key": str},
    "topic": {"name": str},
}
TRIGGERS: Final[Mapping[str, Mapping[str, type]]] = {
    "http": {"method": str, "path": str},
    "schedule": {"expressions": list, "timezone": str},
    "message": {"queue": str},
    "event": {"topic": str, "queue": str, "pattern": dict},
    "blob": {"bucket": str, "queue": str, "pattern": dict},
    "status": {"queue": str, "pattern": dict},
    "stream": {"table": str, "having": str},
}
HIDDEN: Final = 12 * 60 * 60  # seconds
RECEIVES: Final = 1000
BATCH: Final = 10_000


def problems(deployment: Deployment) -> Iterator[str]:
    """Every problem, in the order of the manifest."""
    manifest = deployment.manifest
    if manifest.cloud != "aws":
        yield f"the app was built for {manifest.cloud}, not for aws; run `pfaas build --on aws`"
        return
    yield from _name(deployment, "code", RESOURCES["bucket"])
    if deployment.settings.retention not in RETENTIONS:
        days = deployment.settings.retention
        yield f"setting retention: CloudWatch keeps logs for {_listed(RETENTIONS)} days, not {days}"
    yield from wrong_variables(deployment)
    yield from _alike(function.name for function in manifest.functions)
    yield from (problem for part in manifest.resources for problem in _resource(deployment, part))
    yield from (problem for package in manifest.packages for problem in _package(package.file, package.unpacked))
    yield from (problem for function in manifest.functions for problem in _function(deployment, function))
    yield from (problem for machine in manifest.machines for problem in _machine(deployment, machine))


def _name(deployment: Deployment, part: str, named: Named, end: str = "") -> Iterator[str]:
    name = _physical(deployment, part, named) + end
    if len(name) > named.longest:
        over = len(name) - named.longest
        yield (
            f"{name!r} is too long for {named.what} by {over} of {named.longest} characters; "
            "shorten the name of the app, the stage or the part"
        )
    elif not re.fullmatch(named.characters, name):
        yield f"{name!r} is no name for {named.what}, which has {named.characters}"


def _physical(deployment: Deployment, part: str, named: Named) -> str:
    if named is RESOURCES["bucket"]:
        return bucket_name(deployment, part)
    return queue_name(deployment, part) if named is RESOURCES["queue"] else deployment.name(part)


def _alike(names: Iterable[str]) -> Iterator[str]:
    """Roles are told apart without regard to case ("CreateRole")."""
    seen: dict[str, str] = {}
    for name in names:
        if name.lower() in seen:
            yield f"functions {seen[name.lower()]} and {name} differ in case only, but names of IAM roles may not"
        seen.setdefault(name.lower(), name)


def _resource(deployment: Deployment, part: Part) -> Iterator[str]:
    if part["kind"] == SETTING:
        return
    if part["kind"] not in KINDS:
        yield f"resource {part.get('name')!r}: this release deploys no {part['kind']}, only {', '.join(KINDS)}"
        return
    unsaid = list(_unsaid(part, SAID[part["kind"]]))
    if unsaid:
        yield f"a {part['kind']} needs {unsaid[0]}"
        return
    yield from _name(deployment, part["name"], RESOURCES[part["kind"]])
    if part["kind"] == "queue":
        yield from _name(deployment, part["dead"], RESOURCES["queue"])
        for name, most in (("hidden", HIDDEN), ("receives", RECEIVES)):
            if not 1 <= part[name] <= most:
                yield f"queue {part['name']}: {name} is 1 to {most:,}, not {part[name]:,}"


def _unsaid(part: Part, said: Mapping[str, type]) -> Iterator[str]:
    words = {str: "a text", int: "a whole number", list: "a list", dict: "an object"}
    for name, kind in said.items():
        if type(part.get(name)) is not kind or not part[name]:
            yield f"{words[kind]} {name!r}"


def _package(file: str, unpacked: int) -> Iterator[str]:
    if unpacked > UNPACKED:
        yield f"package {file}: {unpacked:,} bytes unpacked are more than the {UNPACKED:,} of Lambda"


def _function(deployment: Deployment, function: Function) -> Iterator[str]:
    where = f"function {function.name}"
    yield from _name(deployment, function.name, FUNCTIONS)
    yield from (problem for trigger in function.triggers for problem in _trigger(deployment, function, trigger))
    yield from _permissions(deployment, where, function.permissions)
    yield from _beside(function)
    variables = {**deployment.manifest.settings, **function.environment}
    yield from (problem for text in variables.values() for problem in _unknown(deployment, where, references(text)))
    filled = sum(ARN - len(one) for text in variables.values() for one in references(text))
    size = filled + sum(len(name.encode()) + len(text.encode()) for name, text in variables.items())
    if size > ENVIRONMENT:
        yield f"{where}: its environment has about {size:,} bytes, more than the {ENVIRONMENT:,} of Lambda"


def _trigger(deployment: Deployment, function: Function, trigger: Part) -> Iterator[str]:
    where, kind = f"function {function.name}", trigger["kind"]
    if kind not in TRIGGERS:
        yield f"{where}: this release deploys no trigger of kind {kind}, only {', '.join(TRIGGERS)}"
        return
    unsaid = list(_unsaid(trigger, TRIGGERS[kind]))
    if unsaid:
        yield f"{where}: a trigger of kind {kind} needs {unsaid[0]}"
        return
    found = [f"{name}:{trigger[name]}" for name in ("queue", "table", "topic", "bucket") if name in trigger]
    yield from _unknown(deployment, where, [*found, *string_references(json.dumps(trigger))])
    batch = trigger.get("batch") or 1
    if not 1 <= batch <= BATCH:
        yield f"{where}: Lambda takes batches of 1 to {BATCH:,} messages, not {batch:,}"
    if kind == "schedule":
        last = f"-{len(trigger['expressions']) - 1}"
        yield from _name(deployment, function.name, SCHEDULES, last)
        yield from _name(deployment, function.name, ROLES, "-schedule")
    if kind in ("schedule", "stream"):
        yield from _name(deployment, f"{function.name}-missed", RESOURCES["queue"])
    if "pattern" in trigger:
        yield from _name(deployment, function.name, RULES)


def _machine(deployment: Deployment, machine: Machine) -> Iterator[str]:
    where = f"orchestrator {machine.name}"
    yield from _name(deployment, machine.name, MACHINES)
    yield from _name(deployment, machine.name, ROLES, "-states")
    yield from _permissions(deployment, where, machine.permissions)
    text = deployment.file(machine.definition).read_text("utf-8")
    found = string_references(text)
    yield from _unknown(deployment, where, found)
    size = len(text.encode()) + sum(text.count(f"${{{one}}}") * (ARN - len(one)) for one in found)
    if size > DEFINITION:
        yield f"{where}: its definition has about {size:,} bytes with all names, more than {DEFINITION:,}"


def _permissions(deployment: Deployment, where: str, permissions: Iterable[Part]) -> Iterator[str]:
    for one in permissions:
        known = _verbs(one["kind"])
        unknown = [verb for verb in one.get("may", ()) if verb not in known]
        if unknown or not one.get("may"):
            listed = ", ".join(known) or "nothing"
            yield f"{where}: what it may do with a {one['kind']} is {listed}, not {unknown or 'none'}"
        yield from _unknown(deployment, where, [f"{one['kind']}:{one.get('name')}"])


def _beside(function: Function) -> Iterator[str]:
    """A Lambda knows one machine's ARN, and those of others by the names of their orchestrators in its place."""
    names = dict.fromkeys(one.get("name", "") for one in function.permissions if one["kind"] == MACHINE)
    for name in names:
        if not PLAIN.fullmatch(name):
            yield f"orchestrator {name} is started by others, so its name may only have ASCII letters, digits, - and _"


def _verbs(kind: str) -> tuple[str, ...]:
    if kind in KINDS:
        return KINDS[kind].may
    return {FUNCTION: CALL, MACHINE: RUN}.get(kind, ())


def _unknown(deployment: Deployment, where: str, found: Iterable[str]) -> Iterator[str]:
    manifest = deployment.manifest
    known = {reference(part) for part in manifest.resources if "name" in part}
    known |= {f"queue:{part['dead']}" for part in manifest.resources if "dead" in part}
    known |= {PREFIX} | {f"{FUNCTION}:{function.name}" for function in manifest.functions}
    known |= {f"{MACHINE}:{machine.name}" for machine in manifest.machines}
    yield from (f"{where}: there is no {one} in the manifest" for one in found if one not in known)


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))
