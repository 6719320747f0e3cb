"""What was deployed: a record per resource, in the order in which they were made, as JSON in a file if there is one."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, final

VERSION: Final = 1


@final
class Resource(NamedTuple):
    """One resource. ``order`` grows with every registration, so whatever a resource depends on has a lower one.

    A component has no ``id``. ``replaced`` marks one whose successor is there already.
    """

    urn: str
    token: str
    name: str
    order: int
    id: str | None = None
    inputs: Mapping[str, Any] = {}
    outputs: Mapping[str, Any] = {}
    protect: bool = False
    retain: bool = False
    replaced: bool = False


@final
class State:
    """The resources of one stack; every change is written to ``path`` at once, so nothing is ever lost sight of."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._resources: dict[tuple[str, int], Resource] = {}
        if path is not None and path.exists():
            self._read(json.loads(path.read_text("utf-8")))

    def __iter__(self) -> Iterator[Resource]:
        return iter(sorted(self._resources.values(), key=lambda resource: resource.order))

    def __len__(self) -> int:
        return len(self._resources)

    def get(self, urn: str) -> Resource | None:
        """The living resource of a URN."""
        found = (each for each in self._resources.values() if each.urn == urn and not each.replaced)
        return next(found, None)

    def next_order(self) -> int:
        """Higher than that of any resource."""
        return max((resource.order for resource in self._resources.values()), default=0) + 1

    def put(self, resource: Resource, instead_of: Resource | None = None) -> None:
        """Add a resource, or put it in the place of its former record."""
        if instead_of is not None:
            del self._resources[instead_of.urn, instead_of.order]
        self._resources[resource.urn, resource.order] = resource
        self._write()

    def remove(self, resource: Resource) -> None:
        """Forget one."""
        del self._resources[resource.urn, resource.order]
        self._write()

    def _read(self, document: Any) -> None:
        if document.get("version") != VERSION:
            raise ValueError(f"{self._path}: is the state of another release; destroy that stack with it")
        for values in document["resources"]:
            resource = Resource(**values)
            self._resources[resource.urn, resource.order] = resource

    def _write(self) -> None:
        if self._path is not None:
            document = {"version": VERSION, "resources": [resource._asdict() for resource in self]}
            fresh = self._path.with_suffix(".new")
            fresh.write_text(json.dumps(document, indent=1) + "\n", "utf-8")
            fresh.replace(self._path)
