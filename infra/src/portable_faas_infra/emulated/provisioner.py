"""Deploys a built app into an emulator with the program that ``pulumi up`` runs.

provisioner.deploy(Path("dist"), {"endpoint": "http://127.0.0.1:4566", ...}, print).outputs["machines"]["fulfil"]
"""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, final

from portable_faas.errors import NotInstalled, NotSupported
from portable_faas.manifest import read
from portable_faas.provisioner import Progress, Resource
from portable_faas_infra.emulated.kind import Backend
from portable_faas_infra.emulated.stack import Stack
from portable_faas_infra.program import deploy
from portable_faas_infra.variables import SETTING, variable

STAGE: Final = "emulated"
# Nothing is worth keeping when an emulator ends.
SETTINGS: Final = {"portable-faas:protect": "false"}


@final
class EmulatedDeployment:
    """One app in one emulator."""

    def __init__(self, backend: Backend, progress: Progress) -> None:
        self._stack = Stack(backend, name=STAGE, progress=progress)

    @property
    def outputs(self) -> Mapping[str, Any]:
        """What the program exports."""
        return self._stack.outputs

    @property
    def resources(self) -> list[Resource]:
        """What exists, components left out."""
        return [
            Resource(each.token, each.name, {**each.outputs, "id": each.id})
            for each in self._stack.resources
            if each.id is not None
        ]

    def deploy(self, folder: Path) -> Mapping[str, int]:
        """Deploy the build in ``folder``; raises ``DeployFailed``, and what the program raises."""
        given = {"portable-faas:dist": str(folder.resolve()), "portable-faas:variables": json.dumps(variables(folder))}
        return self._stack.up(lambda: deploy(folder), {**SETTINGS, **given})

    def destroy(self) -> Mapping[str, int]:
        """Delete everything."""
        return self._stack.destroy()


def variables(folder: Path) -> dict[str, str]:
    """The values of the app's own settings that the environment of the test has."""
    parts = [part for part in read(folder).resources if part["kind"] == SETTING]
    return {name: os.environ[name] for name in map(variable, parts) if name in os.environ}


@final
class EmulatedProvisioner:
    """Knows the emulated clouds."""

    def deploy(self, folder: Path, place: Mapping[str, str], progress: Progress) -> EmulatedDeployment:
        """Deploy the build in ``folder`` to the emulator at ``place``. ``NotInstalled`` without the cloud's SDK."""
        cloud = read(folder).cloud
        if cloud not in BACKENDS:
            raise NotSupported(f"this release deploys to emulators of {' and '.join(BACKENDS)}, not to {cloud}")
        try:
            backend = BACKENDS[cloud](place)
        except ModuleNotFoundError as missing:
            hint = f"pip install 'portable-faas-infra[{cloud}]'"
            raise NotInstalled(f"an emulated deployment to {cloud} needs {missing.name}: {hint}") from missing
        deployment = EmulatedDeployment(backend, progress)
        deployment.deploy(folder)
        return deployment


def _aws(place: Mapping[str, str]) -> Backend:
    from portable_faas_infra.emulated.aws import AWSBackend

    return AWSBackend(place["endpoint"], place["region"], place["account"])


def _azure(place: Mapping[str, str]) -> Backend:
    from portable_faas_infra.emulated.azure import AzureBackend

    return AzureBackend(place)


BACKENDS: Final[Mapping[str, Callable[[Mapping[str, str]], Backend]]] = {"aws": _aws, "azure": _azure}
provisioner: Final = EmulatedProvisioner()
