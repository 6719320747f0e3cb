"""The layout of ``manifest.json``, stated once: reading, the JSON Schema and the reference page follow it."""

from typing import Any, Final, get_args

from portable_faas.manifest.data import SCHEMA_VERSION, Architecture, Function, Kind, Machine, Manifest, Package
from portable_faas.manifest.shape import Field, ListOf, Maybe, Record, TableOf, Tagged, Text, Whole, Word

NAME: Final = Text("a name of ASCII letters, digits, '-' and '_'", "[A-Za-z0-9_-]+")
PYTHON: Final = Text("a Python version such as 3.12", r"3\.[0-9]{1,2}")
SHA256: Final = Text("a SHA-256 in lower-case hexadecimal", "[0-9a-f]{64}")
PATH: Final = Text("a relative path without '..'", r"(?!/)(?!(?:.*/)?\.\.(?:/|$))[^\\\0]+")
IDENTIFIER: Final = Text("the name of a Python function", r"[^\s.]+")
HANDLER: Final = Text("a dotted name", r"[^\s/]+")
COUNT: Final = Whole(0, 2**53 - 1)
PARTS: Final = ListOf(Tagged())
TEXTS: Final = TableOf(Text())

FUNCTION: Final = Record(
    Function,
    {
        "name": Field(IDENTIFIER, "The function's name in the program."),
        "kind": Field(Word(get_args(Kind)), "What it is, or what starts it."),
        "handler": Field(HANDLER, "How the package is entered: `module.attribute`, or the name the host indexes."),
        "package": Field(PATH, "The file of the package that holds its code."),
        "memory": Field(Maybe(Whole(128, 10240)), "MiB; null leaves it to the deployer."),
        "timeout": Field(
            Maybe(Whole(1, 900)), "Seconds until the platform stops a call; null leaves it to the deployer."
        ),
        "environment": Field(TEXTS, "Environment variables of this function."),
        "triggers": Field(PARTS, "What starts it besides the engine: objects with a `kind`."),
        "permissions": Field(PARTS, "What it may touch: `kind` and `name` of a resource, and `may`, a list of verbs."),
    },
)
MACHINE: Final = Record(
    Machine,
    {
        "name": Field(IDENTIFIER, "The orchestrator that it was made from."),
        "definition": Field(PATH, "The file that holds its definition."),
        "permissions": Field(
            PARTS, "What it may touch: as a function's, and what it may call, of `kind` `function` and `machine`."
        ),
    },
)
PACKAGE: Final = Record(
    Package,
    {
        "file": Field(PATH, "The zip."),
        "sha256": Field(SHA256, "The hash of the zip."),
        "size": Field(COUNT, "Bytes of the zip."),
        "unpacked": Field(COUNT, "Bytes of the files in it."),
        "requirements": Field(ListOf(Text()), "The third-party distributions in it, as `name==version`."),
        "architecture": Field(Word(get_args(Architecture)), "The processor that its native code runs on."),
    },
)
MANIFEST: Final = Record(
    Manifest,
    {
        "app": Field(NAME, "The app's name."),
        "cloud": Field(NAME, "The adapter that built it, which is the word after `--on`."),
        "python": Field(PYTHON, "The Python that it was built for."),
        "release": Field(SHA256, "The hash of all that was built: equal builds have equal releases."),
        "functions": Field(ListOf(FUNCTION), "The functions, by name."),
        "packages": Field(ListOf(PACKAGE), "The zips with code."),
        "machines": Field(ListOf(MACHINE), "The state machines, on platforms that have them."),
        "resources": Field(
            PARTS,
            "What the app keeps data in and talks through. A `bucket` has `name` and `expires`: days until objects "
            "below a prefix are deleted. A `table` has `name` and `key`, the text that its rows are found by. Queues, "
            "topics, secrets and settings have a `name`.",
        ),
        "settings": Field(
            TEXTS, "Settings of the whole app; the deployer fills in `${kind:name}` and `${kind.property}`."
        ),
        "version": Field(Text(), "The version that the program gives itself; `0` where it gives none."),
    },
)


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of ``manifest.json``."""
    record = MANIFEST.schema()
    version = {"schema": {"description": "The version of this layout.", "const": SCHEMA_VERSION}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The manifest of a built portable_faas app",
        **record,
        "required": ["schema", *record["required"]],
        "properties": {**version, **record["properties"]},
    }
