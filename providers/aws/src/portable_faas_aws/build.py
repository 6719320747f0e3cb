"""Builds an app for AWS: compiled, packed and described, without touching the network unless it has requirements."""

from typing import Final

from portable_faas.app import App
from portable_faas.manifest import Manifest
from portable_faas.provider import Progress, Target
from portable_faas_aws.compile import compiled
from portable_faas_aws.package import Runtime, build

ENTRY: Final = "portable_faas_aws.runtime.entry"
TRIGGERED: Final = "portable_faas_aws.runtime.function"
RUNTIME: Final = Runtime(
    f"{ENTRY}:activity",
    f"{ENTRY}:orchestrator",
    using=f"{TRIGGERED}:activity",
    function=f"{TRIGGERED}:function",
    http=f"{TRIGGERED}:http",
)


def build_app(app: App, target: Target, progress: Progress) -> Manifest:
    """Write the package, the state machines and the manifest of an app that ``check`` accepts."""
    made = compiled(app)
    return build(app, target, RUNTIME, made.machines, made.generated, made.needs, made.listening, progress)
