"""What a manifest says, as frozen data. Paths are relative to the manifest's folder, with ``/`` between their parts."""

from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple, final

UNVERSIONED: Final = "0"
SCHEMA_VERSION: Final = 1  # goes up when a reader of the former version could misread a manifest

Architecture = Literal["x86_64", "arm64"]
Kind = Literal[
    "activity", "orchestrator", "entity", "http", "schedule", "message", "blob", "event", "stream", "change"
]  # what starts the function
Part = Mapping[str, Any]  # an object with a `kind`; what else it holds is between the adapter and the deployer


@final
class Function(NamedTuple):
    """One function as the platform knows it.

    ``handler`` is how its package is entered: ``module.attribute`` on a platform that loads a handler, the indexed
    name elsewhere. ``memory`` is in MiB and ``timeout`` in seconds; None leaves the platform's own choice.
    """

    name: str
    kind: Kind
    handler: str
    package: str
    memory: int | None = None
    timeout: int | None = None
    environment: Mapping[str, str] = {}
    triggers: tuple[Part, ...] = ()
    permissions: tuple[Part, ...] = ()


@final
class Machine(NamedTuple):
    """A state machine and the file that defines it."""

    name: str
    definition: str
    permissions: tuple[Part, ...] = ()


@final
class Package(NamedTuple):
    """A zip with code: its file, the hash and size of the file, and the bytes it unpacks to.

    ``requirements`` are the third-party distributions in it, as ``name==version``; ``architecture`` is the processor
    that its native code runs on.
    """

    file: str
    sha256: str
    size: int
    unpacked: int
    requirements: tuple[str, ...] = ()
    architecture: Architecture = "x86_64"


@final
class Manifest(NamedTuple):
    """A built app. ``release`` is the hash of everything that was built: equal builds have equal releases.

    ``version`` is what the program says of itself. ``settings`` are the settings of the whole app; the deployer fills
    in what stands as ``${...}`` in a value (``filling``).
    """

    app: str
    cloud: str
    python: str
    release: str
    functions: tuple[Function, ...]
    packages: tuple[Package, ...]
    machines: tuple[Machine, ...] = ()
    resources: tuple[Part, ...] = ()
    settings: Mapping[str, str] = {}
    version: str = UNVERSIONED
