"""The Pulumi program of a built app: reads configuration and manifest, and makes the one component they ask for.

`__main__.py` of a Pulumi project calls ``deploy()``; nothing else is needed.
"""

from pathlib import Path
from typing import Final

import pulumi
from pulumi.runtime import config

from portable_faas.errors import PortableFaasError
from portable_faas_infra.app import component
from portable_faas_infra.deployment import Deployment, load
from portable_faas_infra.settings import NAMESPACE, settings

_KEY: Final = f"{NAMESPACE}:"


def deploy(here: Path | None = None) -> None:
    """Declare all resources of the app; relative paths start from ``here``, by default the current folder.

    Raises ``pulumi.RunError`` with one message for people if something is wrong; then nothing is created.
    """
    try:
        deployment = configured(here or Path.cwd())
        app = component(deployment)
    except PortableFaasError as wrong:
        raise pulumi.RunError(str(wrong)) from wrong
    manifest = deployment.manifest
    for name, value in {"app": manifest.app, "cloud": manifest.cloud, "stage": deployment.settings.stage}.items():
        pulumi.export(name, value)
    pulumi.export("release", manifest.release)
    for name, outputs in app.outputs.items():
        pulumi.export(name, outputs)


def configured(here: Path) -> Deployment:
    """What the configuration of this stack asks for; ``InfraError`` if it cannot be."""
    every = {**config.get_config_env(), **config.CONFIG.get()}
    given = {key.removeprefix(_KEY): value for key, value in every.items() if key.startswith(_KEY)}
    return load(settings(given, pulumi.get_stack()), here)
