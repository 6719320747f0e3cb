"""Chooses the processor that functions run on, from ``[tool.portable-faas.aws]``.

architecture = "arm64"   ->   Platform("Linux arm64", ...)
"""

from collections.abc import Mapping
from typing import Final

from portable_faas.configuration import Configuration
from portable_faas.package import LINUX, LINUX_ARM, PackageError, Platform

SETTING: Final = "architecture"
PLATFORMS: Final[Mapping[str, Platform]] = {one.architecture: one for one in (LINUX, LINUX_ARM)}


def platform(configuration: Configuration) -> Platform:
    """The platform, x86_64 by default; ``PackageError`` for a setting that does not exist."""
    settings = configuration.clouds.get("aws", {})
    unknown = [name for name in settings if name != SETTING]
    if unknown:
        raise PackageError(f"{configuration.path}: aws has no setting {unknown[0]!r}; known is {SETTING}")
    chosen = settings.get(SETTING, LINUX.architecture)
    if chosen not in PLATFORMS:
        raise PackageError(f"{configuration.path}: aws.{SETTING} is {' or '.join(PLATFORMS)}, not {chosen!r}")
    return PLATFORMS[chosen]
