"""Builds what Lambda and Step Functions need of a program.

    App("shop")   ->   app.zip, machines/fulfil.asl.json, manifest.json

Limits: "Lambda quotas" and "Step Functions service quotas", docs.aws.amazon.com.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from portable_faas.app import Activity, App
from portable_faas.manifest import Function, Machine, Manifest, Package, Part, string_references
from portable_faas.package import (
    Limit,
    PackageError,
    Packed,
    Platform,
    Recipe,
    archive,
    digest,
    pack,
    unpacked,
    write,
)
from portable_faas.provider import Progress, Target
from portable_faas_aws.package import retaining, ringing, triggered
from portable_faas_aws.package.architecture import platform
from portable_faas_aws.package.handlers import FILE, MODULE, Runtime, handlers
from portable_faas_aws.runtime.bucket import VARIABLE
from portable_faas_aws.runtime.deployed import MACHINES
from portable_faas_aws.runtime.offload import FOLDER, KEPT_DAYS
from portable_faas_aws.runtime.places import VARIABLE as RESOURCES
from portable_faas_aws.runtime.row import EXPIRES
from portable_faas_aws.runtime.row import VARIABLE as TABLE

PYTHONS: Final = ("3.11", "3.12", "3.13")
HOME: Final = "/var/task"
ZIP: Final = "app.zip"
LIMIT: Final = Limit(250 * 1024 * 1024, "AWS Lambda")
LARGEST_MACHINE: Final = 1024 * 1024  # bytes of a definition
PROVIDED: Final = ("boto3", "botocore")  # the run time brings its SDK
LONGEST: Final = 900  # seconds that one Lambda call can last
# Where values above the limits of Step Functions lie; objects under the prefixes are deleted after so many days.
VALUES: Final = {"kind": "bucket", "name": "values"}
INSTANCES: Final = {"kind": "table", "name": "instances", "key": "id", "expires": EXPIRES}
MAY: Final = {"function": ["invoke"], "table": ["update"]}  # what a machine does with what it refers to
# Runs of itself that it starts, and those of them that it waits for ("Start workflow executions from a task state").
STARTS: Final = {
    "start": "arn:aws:states:::states:startExecution",
    "wait": "arn:aws:states:::states:startExecution.sync:2",
}
MARGIN: Final = 60  # seconds that a call may go on after its activity has timed out


def build(
    app: App,
    target: Target,
    runtime: Runtime,
    machines: Mapping[str, Mapping[str, Any]],
    generated: Mapping[str, bytes],
    needs: Mapping[str, tuple[Part, ...]],
    listening: Sequence[str],
    progress: Progress,
) -> Manifest:
    """Write the package, the ``machines`` by orchestrator, and the manifest; raises ``PackageError``.

    ``generated`` are further modules that the compiler made for the package, by path; ``needs`` are the permissions of
    functions by name, ``listening`` the orchestrators that wait for events.
    """
    recipe = Recipe(
        cloud="aws",
        pythons=PYTHONS,
        platform=platform(target.configuration),
        entries=[
            *runtime.modules(app),
            *([ringing.MODULE] if listening else []),
            *([retaining.MODULE] if app.retention else []),
        ],
        generated=lambda project: {
            **generated,
            FILE: handlers(app, project, runtime, triggered.has_http(app)).encode(),
        },
        home=HOME,
        limit=LIMIT,
        provided=PROVIDED,
    )
    packed = pack(app, target, recipe, progress)
    definitions = {_file(name): _definition(name, machines[name]) for name in sorted(machines)}
    zipped = archive(packed.files)
    uses = triggered.is_needed(app)
    shares = (
        uses
        or app.retention is not None
        or any(part["kind"] == INSTANCES["kind"] for parts in needs.values() for part in parts)
    )
    settings = {VARIABLE: "${bucket:values}", **({TABLE: "${table:instances}"} if shares else {})}
    if uses:
        settings[RESOURCES] = json.dumps(triggered.references(app))
    manifest = Manifest(
        app=app.name,
        cloud="aws",
        python=target.python,
        release=digest({**packed.files, **definitions}),
        functions=_functions(app, needs, listening),
        packages=(_package(packed, zipped, recipe.platform),),
        machines=tuple(_machine(name, definitions[_file(name)].decode()) for name in sorted(machines)),
        resources=(
            {**VALUES, "expires": {FOLDER: retaining.kept_days(app, KEPT_DAYS)}},
            {**INSTANCES, **(ringing.STREAMED if listening else {})},
            *retaining.resources(app),
            *triggered.resources(app),
        ),
        settings=settings,
        version=packed.version,
    )
    write(target.out, {**definitions, ZIP: zipped}, manifest)
    return manifest


def _definition(name: str, machine: Mapping[str, Any]) -> bytes:
    text = (json.dumps(machine, ensure_ascii=False, indent=1) + "\n").encode()
    if len(text) > LARGEST_MACHINE:
        raise PackageError(
            f"the state machine of orchestrator {name} has {len(text):,} bytes, more than the {LARGEST_MACHINE:,} that "
            "Step Functions takes; move a part of it into a second orchestrator"
        )
    return text


def _file(machine: str) -> str:
    return f"machines/{machine}.asl.json"


def _machine(name: str, definition: str) -> Machine:
    """The machine may do what its definition does, to what the definition refers to."""
    found = [reference.partition(":") for reference in string_references(definition)]
    touched = [{"kind": kind, "name": of, "may": MAY[kind]} for kind, _, of in found]
    own = [verb for verb, resource in STARTS.items() if f'"{resource}' in definition]
    if own:
        touched.append({"kind": "machine", "name": name, "may": own})
    return Machine(name, _file(name), tuple(touched))


def _package(packed: Packed, zipped: bytes, runs_on: Platform) -> Package:
    size, sha = unpacked(packed.files), hashlib.sha256(zipped).hexdigest()
    return Package(ZIP, sha, len(zipped), size, packed.distributions, runs_on.architecture)


def _functions(app: App, needs: Mapping[str, tuple[Part, ...]], listening: Sequence[str]) -> tuple[Function, ...]:
    activities = [
        Function(
            name,
            "activity",
            f"{MODULE}.{name}",
            ZIP,
            one.memory,
            _timeout(one),
            permissions=(*needs.get(name, ()), *triggered.activity_permissions(app, name)),
        )
        for name, one in app.activities.items()
    ]
    steps = [
        Function(name, "orchestrator", f"{MODULE}.{name}", ZIP, None, LONGEST, permissions=needs.get(name, ()))
        for name in app.orchestrators
    ]
    machines = {MACHINES: "${machine.prefix}"} if app.orchestrators else {}
    called = triggered.functions(app, ZIP, machines)
    rings = [ringing.function(ZIP, INSTANCES["name"], listening)] if listening else []
    listed = [*activities, *steps, *called, *rings, *retaining.functions(app, ZIP)]
    return tuple(sorted(listed, key=lambda one: one.name))


def _timeout(activity: Activity[..., Any]) -> int:
    """Longer than the engine waits for an attempt: the time-out of the activity is the engine's to tell."""
    return LONGEST if activity.timeout is None else min(LONGEST, activity.timeout + MARGIN)
