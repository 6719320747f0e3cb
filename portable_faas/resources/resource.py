"""What every resource has: a kind, a name that every platform takes, and operations that need grants."""

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Final

from portable_faas.resources.acting import Services, services
from portable_faas.resources.grant import Grant

# Storage queues, containers and buckets take these: lower-case letters, digits and single hyphens, 3 to 63 of them
# (Azure: "Naming Queues and Metadata"; S3: "Bucket naming rules"). Adapters prepend the app, so ours end at 40.
NAME: Final = re.compile(r"[a-z](?:-?[a-z0-9]){1,39}")


class Resource:
    """A declared resource; ``OPERATIONS`` says which grant each of its methods needs."""

    kind: ClassVar[str]
    OPERATIONS: ClassVar[Mapping[str, str]] = {}

    def __init__(self, name: str) -> None:
        if not isinstance(name, str) or not NAME.fullmatch(name) or len(name) > 40:
            raise ValueError(
                f"the name of a {self.kind} is 2 to 40 lower-case letters, digits and single hyphens "
                f"and starts with a letter, not {name!r}"
            )
        self.name = name

    def granted(self, method: str) -> Grant | None:
        """What calling ``method`` needs; None if it needs nothing."""
        operation = self.OPERATIONS.get(method)
        return None if operation is None else Grant(self.kind, self.name, operation)

    def part(self) -> dict[str, Any]:
        """The entry of a manifest's ``resources``."""
        return {"kind": self.kind, "name": self.name}

    def _services(self, method: str) -> Services:
        return services(self.granted(method))

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name}>"
