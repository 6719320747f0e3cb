"""The manifest: what ``pfaas build`` made, as plain data that infra and the emulators read; knows no cloud."""

from portable_faas.manifest.data import (
    SCHEMA_VERSION,
    UNVERSIONED,
    Architecture,
    Function,
    Kind,
    Machine,
    Manifest,
    Package,
    Part,
)
from portable_faas.manifest.document import FILE, ManifestError, parse, read, render
from portable_faas.manifest.filling import fill, fill_strings, references, string_references
from portable_faas.manifest.layout import json_schema

__all__ = [
    "FILE",
    "SCHEMA_VERSION",
    "UNVERSIONED",
    "Architecture",
    "Function",
    "Kind",
    "Machine",
    "Manifest",
    "ManifestError",
    "Package",
    "Part",
    "fill",
    "fill_strings",
    "json_schema",
    "parse",
    "read",
    "references",
    "render",
    "string_references",
]
