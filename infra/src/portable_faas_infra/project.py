"""Writes the `Pulumi.yaml` of a project, with every setting, its meaning and its default.

project_file("portable-faas")   ->   "name: portable-faas\\nruntime: ..."
"""

import json
from collections.abc import Iterator
from typing import Final

from portable_faas.manifest.shape import Maybe, Whole
from portable_faas_infra.settings import NAMESPACE, SETTINGS, Setting, Truth

HEAD: Final = """\
# The Pulumi project that deploys an app built by `pfaas build`. Written by portable_faas_infra.project.
name: {name}
description: {description}
runtime:
  name: python
"""
OPTIONS: Final = """\
  options:
    toolchain: pip
    virtualenv: {virtualenv}
"""


def project_file(name: str, description: str, virtualenv: str | None = None) -> str:
    """The text of the file; without ``virtualenv`` the program runs with the Python on PATH.

    Pulumi knows types and defaults only of settings in the project's own namespace; others are told in comments.
    """
    head = HEAD.format(name=name, description=description)
    head += "" if virtualenv is None else OPTIONS.format(virtualenv=virtualenv)
    lines = _declared() if name == NAMESPACE else _told()
    return head + "\n".join(lines) + "\n"


def _declared() -> Iterator[str]:
    yield "config:"
    for name, setting in SETTINGS.items():
        yield f"  {name}:"
        yield f"    type: {_type(setting)}"
        yield f"    description: {json.dumps(setting.meaning)}"
        yield f"    default: {json.dumps(_default(setting))}"


def _told() -> Iterator[str]:
    yield f"# Settings, by `pulumi config set {NAMESPACE}:NAME VALUE`:"
    for name, setting in SETTINGS.items():
        default = "" if setting.default is None else f" Default: {json.dumps(setting.default)}."
        yield f"#   {name}: {setting.meaning}{default}"


def _default(setting: Setting) -> str | int | bool:
    """Pulumi wants a value for every declared setting; the empty one stands for none."""
    if setting.default is not None:
        return setting.default
    return 0 if _type(setting) == "integer" else ""


def _type(setting: Setting) -> str:
    inner = setting.shape.shape if isinstance(setting.shape, Maybe) else setting.shape
    return "integer" if isinstance(inner, Whole) else "boolean" if isinstance(inner, Truth) else "string"
