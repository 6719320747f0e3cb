"""One deployment: what was built, the settings, and the names and tags that follow from both.

Deployment(manifest of "orders", dist/, Settings("dev")).name("charge")   ->   "orders-dev-charge"
"""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple, final

from portable_faas.manifest import Function, Manifest, ManifestError, read
from portable_faas_infra.problem import InfraError, refuse
from portable_faas_infra.settings import Settings

PLAIN: Final = re.compile(r"[A-Za-z0-9_-]+")
HASHED: Final = 8  # digits of the hash that keeps two names apart


@final
class Deployment(NamedTuple):
    """``folder`` is where the manifest and the files it names lie."""

    manifest: Manifest
    folder: Path
    settings: Settings

    @property
    def prefix(self) -> str:
        """What all names begin with: the app and the stage."""
        return f"{self.manifest.app}-{self.settings.stage}"

    def name(self, part: str) -> str:
        """The name of a part: stable, and apart from those of other apps and stages."""
        return f"{self.prefix}-{plain(part)}"

    @property
    def tags(self) -> dict[str, str]:
        """What every resource is tagged with."""
        return {"app": self.manifest.app, "stage": self.settings.stage, "version": self.manifest.version}

    def file(self, path: str) -> Path:
        """A file of the build."""
        return self.folder / path

    def memory(self, function: Function, default: int) -> int:
        """MiB: the function's own, else what the settings say, else the cloud's."""
        return function.memory or self.settings.memory or default


def plain(name: str) -> str:
    """A name of ASCII letters, digits, '-' and '_'; what Python allows besides is replaced, and told apart by a hash.

    charge   ->   charge          prüfe   ->   pr-fe-3f1b2c4d
    """
    if PLAIN.fullmatch(name):
        return name
    kept = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")
    return f"{kept}-{hashlib.sha256(name.encode()).hexdigest()[:HASHED]}".removeprefix("-")


def load(settings: Settings, here: Path) -> Deployment:
    """What lies in ``settings.dist``, below ``here`` if it is relative; ``InfraError`` if it is no whole build."""
    folder = (here / settings.dist).resolve()
    try:
        manifest = read(folder)
    except ManifestError as wrong:
        hint = "" if folder.is_dir() else "; build the app with `pfaas build` first, or set portable-faas:dist"
        raise InfraError((f"{wrong}{hint}",)) from wrong
    deployment = Deployment(manifest, folder, settings)
    refuse(_problems(deployment))
    return deployment


def _problems(deployment: Deployment) -> Iterator[str]:
    manifest, wanted = deployment.manifest, deployment.settings.cloud
    if wanted is not None and wanted != manifest.cloud:
        yield (
            f"{deployment.folder} was built for {manifest.cloud}, but portable-faas:cloud is {wanted}; "
            f"run `pfaas build --on {wanted}`"
        )
    for package in manifest.packages:
        yield from _package_problems(deployment.file(package.file), package.sha256)
    for machine in manifest.machines:
        if not deployment.file(machine.definition).is_file():
            yield f"{deployment.file(machine.definition)} is missing; build the app again"


def _package_problems(file: Path, sha256: str) -> Iterator[str]:
    if not file.is_file():
        yield f"{file} is missing; build the app again"
    elif hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
        yield f"{file} is not the package that the manifest describes; build the app again"
