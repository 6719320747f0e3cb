"""Writes the reference page of the manifest from its layout."""

import json
from collections.abc import Mapping

from portable_faas.manifest.data import SCHEMA_VERSION
from portable_faas.manifest.layout import FUNCTION, MACHINE, MANIFEST, PACKAGE, json_schema
from portable_faas.manifest.shape import Field

_HEAD = f"""\
# The manifest

`pfaas build` writes `manifest.json` beside the packages: what a deployment and the emulators need to know, and no more.
Paths are relative to its folder. Every name below is there, also when it is empty or null. This is version
{SCHEMA_VERSION} of the layout, which stands in the file as `"schema": {SCHEMA_VERSION}`; a reader refuses any other.
`portable_faas.manifest.read(folder)` gives it as frozen data, or `ManifestError` with the file, the place and the
problem.
"""
_TABLE = "\n| name | value | meaning |\n|---|---|---|\n"
_NAMES = {"Function": FUNCTION, "Machine": MACHINE, "Package": PACKAGE}


def manifest_page() -> str:
    """The page as Markdown."""
    text = _HEAD + _table(MANIFEST.fields)
    for name, record in _NAMES.items():
        text += f"\n## {name}\n{_table(record.fields)}"
    return f"{text}\n## JSON Schema\n\n```json\n{json.dumps(json_schema(), indent=2)}\n```\n"


def _table(fields: Mapping[str, Field]) -> str:
    rows = (f"| `{name}` | {field.shape.words()} | {field.meaning} |\n" for name, field in fields.items())
    return _TABLE + "".join(rows)
