"""The contract of what brings a built app to a cloud; found by entry point, so the core knows no tool by name."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol, final

from portable_faas.errors import NotInstalled, PortableFaasError
from portable_faas.provider import Progress

GROUP: Final = "portable_faas.deployers"
HINT: Final = "pip install 'portable-faas[infra]' and 'portable-faas-infra[aws]' or 'portable-faas-infra[azure]'"


@final
class DeployError(PortableFaasError):
    """It was begun and failed; the text is the tool's or the cloud's own."""


@final
class Stage(NamedTuple):
    """Where an app goes: its stage, the folder of the project, and settings by name, a prefix standing before ``:``."""

    app: str
    name: str
    project: Path
    settings: Mapping[str, str] = {}


class Deployer(Protocol):
    """Deploys. A method raises ``NotInstalled`` if this machine lacks something, ``DeployError`` if it fails."""

    def check(self) -> None:
        """Only raise ``NotInstalled`` if it must: asked before anything is built."""
        ...

    def deploy(self, stage: Stage, dist: Path, progress: Progress, *, preview: bool) -> Mapping[str, Any]:
        """Bring what was built into ``dist`` to the cloud, or tell what would change; what clients need to find it."""
        ...

    def destroy(self, stage: Stage, dist: Path, progress: Progress) -> None:
        """Remove all of it."""
        ...


def get_deployer() -> Deployer:
    """The installed deployer; ``NotInstalled`` says what to install."""
    from importlib.metadata import entry_points

    for point in entry_points(group=GROUP):
        found: Deployer = point.load()
        return found
    raise NotInstalled(f"nothing is installed that deploys; {HINT}")


def read_outputs(given: Mapping[str, Any] | str | Path) -> Mapping[str, Any]:
    """What was deployed, as ``deploy`` gave it or as a file of JSON holds it; ``ValueError`` names what is wrong."""
    if isinstance(given, Mapping):
        return given
    try:
        found = json.loads(Path(given).read_text("utf-8"))
    except (OSError, ValueError) as wrong:
        raise ValueError(f"the outputs {given} cannot be read as JSON: {wrong}") from wrong
    if not isinstance(found, Mapping):
        raise ValueError(f"the outputs {given} are no JSON object")
    return found
