"""The manifest: what ``pfaas build`` made, as plain data that infra and the emulators read; knows no cloud."""

from portable_faas.manifest.data import SCHEMA_VERSION, Function, Kind, Machine, Manifest, Package
from portable_faas.manifest.document import FILE, ManifestError, parse, read, render
from portable_faas.manifest.layout import json_schema

__all__ = [
    "FILE",
    "SCHEMA_VERSION",
    "Function",
    "Kind",
    "Machine",
    "Manifest",
    "ManifestError",
    "Package",
    "json_schema",
    "parse",
    "read",
    "render",
]
