"""Packs a program for a cloud: its files, ours, its requirements and bytecode, in a zip that is the same every time.

What is common to every cloud is here; an adapter brings a ``Recipe`` and writes the rest of what its platform wants.
"""

from portable_faas.package.archive import archive, digest
from portable_faas.package.contents import Limit, unpacked
from portable_faas.package.output import write
from portable_faas.package.packing import Packed, Recipe, pack
from portable_faas.package.platform import LINUX, LINUX_ARM, Platform
from portable_faas.package.problem import PackageError
from portable_faas.package.project import Project, project_of
from portable_faas.package.requirements import Requirement, own_requirements, project_version

__all__ = [
    "LINUX",
    "LINUX_ARM",
    "Limit",
    "PackageError",
    "Packed",
    "Platform",
    "Project",
    "Recipe",
    "Requirement",
    "archive",
    "digest",
    "own_requirements",
    "pack",
    "project_of",
    "project_version",
    "unpacked",
    "write",
]
